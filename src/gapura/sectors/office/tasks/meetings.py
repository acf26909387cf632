"""Mailing invitations, and giving rooms back that nobody came to."""

import hashlib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from gapura.foundation import clock
from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import job, register_periodic
from gapura.sectors.office.actions.notices import INVITATION_JOB
from gapura.sectors.office.actions.rooms import release_unused
from gapura.sectors.office.meeting_pages import describe_meeting, describe_series
from gapura.sectors.office.models import Meeting, MeetingGuest
from gapura.sectors.office.queries.meetings import find_address
from gapura.sectors.office.types import GuestRole, Item, MeetingStatus, Party, Reply
from gapura.sectors.office.zones import span_in


@job(INVITATION_JOB)
def send_invitation(
    *, meeting: str, method: str, sequence: int, post_code: str, address: str, name: str, whole: bool = False
) -> None:
    """To who holds the post now, or the address. What a later change overtook is not sent; twice is shown once.

    ``whole``: what concerns them of the series, as it stands when it is sent.
    """
    from gapura.sectors.office.ics import write_invitation  # what every process would load before its first word

    found = Meeting.objects.select_related("series").get(code=meeting)
    overtaken = sequence != found.sequence or found.status != MeetingStatus.CALLED
    if method == "REQUEST" and overtaken and not whole:
        return
    today, language = local_day(clock.now(), found.zone), settings.LANGUAGE_CODE
    if post_code:
        address, language = find_address(post_code, on=today)
    if not address:
        return
    together = Q(meeting__series=found.series_id) if found.series_id else Q(meeting=found)
    guest = MeetingGuest.objects.filter(together, post_code=post_code)
    if post_code:
        guest.update(address=address.lower())
    else:
        guest = guest.filter(address=address)
    invited = guest.filter(meeting=found).first()
    own = find_address(found.organizer_post, on=today)[0]
    sender = own or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    with override(language):
        items = [describe_meeting(found, sequence=sequence, cancelled=method == "CANCEL")]
        if whole:
            concerning = set(guest.values_list("meeting_id", flat=True))
            items = describe_series(found, concerning, cancelled=method == "CANCEL")
        if not items:
            return
        content = write_invitation(
            items,
            method=method,
            organizer=Party(sender, found.organizer_label),
            guest=Party(
                address,
                name,
                Reply(invited.reply) if invited else Reply.NONE,
                optional=invited is not None and invited.role == GuestRole.OPTIONAL,
            ),
        )
        mail = _write_mail(found, items, method, address)
    mail.attach("invite.ics", content.decode(), f"text/calendar; method={method}")
    mail.send()


def _write_mail(meeting: Meeting, items: list[Item], method: str, address: str) -> EmailMessage:
    subject, item = _("A meeting falls out") if method == "CANCEL" else _("Invitation to a meeting"), items[0]
    if item.rule or len(items) > 1:
        subject = _("Meetings fall out") if method == "CANCEL" else _("Invitation to meetings that repeat")
    lines = [item.title, span_in(item.starts_at, item.ends_at, item.zone), item.place, item.address]
    sender = settings.DEFAULT_FROM_EMAIL
    to = hashlib.sha256(address.encode()).hexdigest()[:12]
    identity = f"<meeting-{meeting.code.lower()}-{item.sequence}-{to}@{sender.rpartition('@')[2].rstrip('>')}>"
    headers = {"Message-ID": identity, "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, "\n".join(filter(None, lines)), from_email=sender, to=[address], headers=headers)


def give_back_rooms() -> None:
    release_unused(actor=system_actor("office"), now=clock.now())


register_periodic("office.release-unused-rooms", 60, give_back_rooms)
