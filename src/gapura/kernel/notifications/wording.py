"""What messages say. Each kind has a title and a text; both are whole sentences in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_noop as _

from gapura.kernel.notifications.models import Message
from gapura.kernel.notifications.types import InboxMessage, MessageKind

_WORDS: Mapping[str, tuple[str, str]] = {
    MessageKind.CASE_RECEIVED: (
        _("Your request was received"),
        _("Your request for “%(service)s” has the number %(case_number)s. Its page shows every step."),
    ),
    MessageKind.SUPPLEMENT_REQUESTED: (
        _("One more thing is needed for your request"),
        _(
            "An official asks you something about request %(case_number)s, “%(service)s”. "
            "The time stops until you answer."
        ),
    ),
    MessageKind.CASE_REFUSED: (
        _("Your request was refused"),
        _("Request %(case_number)s, “%(service)s”, was refused. Its page gives the reason and what you can do next."),
    ),
    MessageKind.DOCUMENT_ISSUED: (
        _("Your document is ready"),
        _("“%(service)s” was issued for request %(case_number)s. Anyone can check it with the code %(code)s."),
    ),
    MessageKind.DOCUMENT_REPLACED: (
        _("Your document was replaced"),
        _(
            "“%(service)s” was corrected and issued anew with the code %(code)s. "
            "The earlier document is no longer valid."
        ),
    ),
    MessageKind.DOCUMENT_REVOKED: (
        _("Your document is no longer valid"),
        _("“%(service)s” with the code %(code)s was revoked. Whoever checks it is told so."),
    ),
    MessageKind.APPEAL_DECIDED: (
        _("Your appeal was decided"),
        _(
            "Your appeal in case %(case_number)s, “%(service)s”, was decided. "
            "Its page gives the decision and the reason."
        ),
    ),
    MessageKind.DATA_RELEASED: (
        _("A look at your data can now be shown"),
        _("An agency looked at your data and the law asked to keep it secret for a time. “My data” shows it now."),
    ),
    MessageKind.CREDENTIALS_CHANGED: (
        _("The way you sign in was changed"),
        _(
            "A password, second factor or recovery code of your account was changed. "
            "If it was not you, tell us at once."
        ),
    ),
}
_EMAIL = _(
    "%(body)s\n\nRead it in your inbox:\n%(address)s\n\n"
    "Nobody from the state ever asks for your password or a code, by mail or by telephone."
)
_EMAIL_SUBJECT = _("A new message in your inbox")


def compose_message(message: Message) -> InboxMessage:
    """The message as its reader sees it, in the language of the page."""
    subject, body = _WORDS[message.kind]
    words = dict.fromkeys(("service", "case_number", "code"), "") | message.context
    words["service"] = message.context.get(f"service_{get_language()}") or words["service"]
    return InboxMessage(
        pk=message.pk,
        kind=MessageKind(message.kind),
        subject=gettext(subject),
        body=gettext(body) % words,
        case_number=message.case_number,
        created_at=message.created_at,
        read_at=message.read_at,
    )


def compose_email(message: Message, *, language: str, address: str) -> tuple[str, str]:
    """Subject and text of the e-mail about a message. The subject travels in the open: it says nothing."""
    with override(language):
        body = compose_message(message).body
        return gettext(_EMAIL_SUBJECT), gettext(_EMAIL) % {"body": body, "address": address}
