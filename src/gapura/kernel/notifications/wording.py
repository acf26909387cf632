"""What messages say. Each kind has a title and a text; both are whole sentences in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_noop as _

from gapura.kernel.notifications.models import Message
from gapura.kernel.notifications.types import InboxMessage, MessageKind

_WORDS: Mapping[str, tuple[str, str]] = {
    MessageKind.REQUEST_GRANTED: (
        _("Your request was granted"),
        _("Request %(case_number)s, “%(service)s”, was granted. Its page shows every step."),
    ),
    MessageKind.DATA_COPY_READY: (
        _("The copy of your data is ready"),
        _(
            "Everything held about you was collected for request %(case_number)s. "
            "Fetch it under “My data” before it expires; nobody else can."
        ),
    ),
    MessageKind.CORRECTION_PASSED_ON: (
        _("Your data were corrected, and others were told"),
        _(
            "A register entry about you was corrected. "
            "Told of it, because they had fetched the old value: %(agencies)s."
        ),
    ),
    MessageKind.CONSENT_ASKED: (
        _("Somebody needs your consent"),
        _(
            "Request %(case_number)s, “%(service)s”, cannot go on without you. "
            "Read what is asked and by whom under “Consents”, then agree or refuse."
        ),
    ),
    MessageKind.CONSENT_REQUESTED: (
        _("Others were asked to agree"),
        _(
            "Request %(case_number)s, “%(service)s”, waits for the consent of others. "
            "You need to do nothing; its page shows when they have answered."
        ),
    ),
    MessageKind.PAYMENT_REQUESTED: (
        _("Your request waits for its fee"),
        _(
            "The checks for request %(case_number)s, “%(service)s”, have passed. "
            "Its page says what it costs, by which law, and until when you can pay. The time stops until then."
        ),
    ),
    MessageKind.PAYMENT_RECEIVED: (
        _("Your payment has arrived"),
        _("The fee for request %(case_number)s, “%(service)s”, is paid. We go on with it now."),
    ),
    MessageKind.REFUND_ORDERED: (
        _("You get money back"),
        _(
            "Money you paid for request %(case_number)s, “%(service)s”, goes back to you. "
            "Its bill shows how much and why."
        ),
    ),
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
    MessageKind.TERM_EXTENDED: (
        _("The office needs more time"),
        _(
            "Request %(case_number)s, “%(service)s”, is to be answered by %(day)s: the office took the further days "
            "that the law allows once. Its page says why."
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
    MessageKind.POWER_TAKEN: (
        _("A colleague took a power in an emergency"),
        _(
            "An official of your agency took the power “%(service)s” for case %(case_number)s. "
            "Look at what is done and review it: “Emergency access” at the desk shows it."
        ),
    ),
    MessageKind.NEW_DEVICE: (
        _("You signed in from a new device"),
        _(
            "You signed in from %(agent)s, network %(network)s.\n\n"
            "If this was not you, stop your account at once with this link. It works for 14 days, without signing in: "
            "%(stop_link)s"
        ),
    ),
    MessageKind.ACCOUNT_RECOVERED: (
        _("Your account was set up at a counter"),
        _(
            "Two officials confirmed who you are, and you chose how to sign in.\n\n"
            "If this was not you, stop your account at once with this link. It works for 14 days, without signing in: "
            "%(stop_link)s"
        ),
    ),
    MessageKind.CREDENTIALS_CHANGED: (
        _("The way you sign in was changed"),
        _(
            "A password, second factor or recovery code of your account was changed. "
            "If it was not you, tell us at once."
        ),
    ),
    MessageKind.MANDATE_OFFERED: (
        _("Somebody wants you to act for them"),
        _("%(principal)s signed a mandate for you. It begins when you accept it, under “Act for others”."),
    ),
    MessageKind.MANDATE_ACCEPTED: (
        _("Your mandate was accepted"),
        _(
            "%(representative)s can now ask for the services you named. You are told of every use, "
            "and you can end the mandate at any time under “Act for others”."
        ),
    ),
    MessageKind.MANDATE_ENDED: (
        _("A mandate has ended"),
        _("The mandate of %(principal)s for %(representative)s has ended. Nothing can be done under it any more."),
    ),
    MessageKind.MANDATE_USED: (
        _("Somebody acted for you"),
        _(
            "%(representative)s used your mandate for “%(service)s”, case %(case_number)s. "
            "If you did not want this, end the mandate at once under “Act for others”."
        ),
    ),
    MessageKind.DELIVERY_OPENED: (
        _("What you sent was opened"),
        _(
            "%(receiver)s opened “%(service)s” with the code %(code)s. "
            "Under “My documents” you see every opening, and can stop it."
        ),
    ),
    MessageKind.LINK_OPENED: (
        _("Your link was opened"),
        _(
            "Somebody with the link and its six digits opened “%(service)s” with the code %(code)s. "
            "If it was not whom you gave them to, stop the link under “My documents”."
        ),
    ),
    MessageKind.LINK_CLOSED: (
        _("Your link was closed"),
        _(
            "Wrong digits were tried too often on your link to “%(service)s” with the code %(code)s, so it is closed. "
            "Nothing was given. You can make a new link at once."
        ),
    ),
    MessageKind.BIRTH_TOLD: (
        _("The birth of your child was told to us"),
        _(
            "%(facility)s has told the civil registry of the birth. You need not bring a paper anywhere. "
            "If you have asked already, everything goes on now by itself; if not, choose “Having a child” on the "
            "home page. "
            "If you have no newborn child, tell the civil registration office."
        ),
    ),
    MessageKind.MOVED_IN: (
        _("Somebody moved to your address"),
        _(
            "Since today the register has somebody new living at your address. If nobody has moved in with you, "
            "tell the civil registration office at once: an address is sometimes used for fraud."
        ),
    ),
    MessageKind.RETURN_FILED: (
        _("Your tax return has arrived"),
        _(
            "“%(service)s” for %(period)s was filed. Its receipt has the code %(code)s. "
            "“My returns” shows what it came to, and what to do next."
        ),
    ),
    MessageKind.RETURN_DIFFERS: (
        _("Somebody reported something new for a return you filed"),
        _(
            "What was reported about you for %(period)s has changed since you filed “%(service)s”. "
            "“My returns” shows the difference; you can take it over with one button, or object."
        ),
    ),
    MessageKind.SLIP_REPORTED: (
        _("Somebody reported for tax what they paid you"),
        _(
            "%(reporter)s reported a withholding slip about you for %(period)s: number %(code)s. "
            "Look at it now: your return of that year is filled in from it. "
            "If it is wrong, its reporter can correct it."
        ),
    ),
    MessageKind.SLIP_CHANGED: (
        _("A withholding slip about you has changed"),
        _(
            "%(reporter)s changed or took back the slip %(code)s about you for %(period)s. "
            "Its page shows what stands now. If you have filed a return with it, you will be told what differs."
        ),
    ),
    MessageKind.TAX_LETTER: (
        _("A letter about your taxes"),
        _(
            "%(service)s: tax you owe was due and has not arrived. Your tax account says how much it is, why, and what "
            "you can do: pay, or ask to pay in installments."
        ),
    ),
    MessageKind.TAX_PAID: (
        _("Your tax payment has arrived"),
        _("Your tax account shows what it settled. You need to do nothing more."),
    ),
    MessageKind.TAX_NETTED: (
        _("What you paid too much settled another tax"),
        _("The law lets credit settle other tax debts before it goes back. Your tax account shows which."),
    ),
    MessageKind.TAX_DECIDED: (
        _("Something you asked about your taxes was decided"),
        _("%(service)s. Your tax account shows the decision and its reason."),
    ),
    MessageKind.TAX_AUDIT: (
        _("Your taxes are examined"),
        _("%(service)s. Your tax account says which tax and period, and what was found."),
    ),
    MessageKind.CARD_READY: (
        _("Your card or passport is ready to be collected"),
        _("“%(service)s” waits for you at %(office)s. Say the tracking number %(code)s there."),
    ),
    MessageKind.CARD_IN_FORCE: (
        _("Your card or passport is in force"),
        _(
            "“%(service)s” with the tracking number %(code)s was handed over or delivered, and is in force. "
            "If you do not have it, report it lost at once: then it is worth nothing to whoever has it."
        ),
    ),
    MessageKind.CARD_ENDS: (
        _("Your card or passport will soon expire"),
        _("“%(service)s” is in force until %(day)s. A form and a photo are all it takes to get a new one."),
    ),
    MessageKind.CREDENTIAL_ENDS: (
        _("What your phone wallet holds will soon expire"),
        _(
            "“%(service)s” in your phone wallet is believed until %(day)s. "
            "Put it there again under “My documents” when you still need it."
        ),
    ),
    MessageKind.LETTER_ARRIVED: (
        _("Your letter has arrived"),
        _(
            "Your letter has the number %(code)s and lies with %(office)s. "
            "Its sealed receipt and every further step stand under “Letters”."
        ),
    ),
    MessageKind.LETTER_RETURNED: (
        _("Your letter came back"),
        _("%(office)s has returned your letter %(code)s. “Letters” gives the reason, and what you can do."),
    ),
    MessageKind.OFFICE_LETTER: (
        _("A letter from an office"),
        _("%(office)s has written to you. The letter stands under “Letters”, and as a sealed file to keep."),
    ),
    MessageKind.SEAT_TOLD: (
        _("About your day at a smart work center"),
        _("%(service)s “Smart work” at the desk shows all your bookings."),
    ),
    MessageKind.WORK_DUE: (
        _("Something you were told to do is due"),
        _("An instruction to your post is due on %(day)s. It stands in your basket at the desk, and under “Tasks”."),
    ),
    MessageKind.SERVICE_ENDS: (
        _("A service you asked for will end"),
        _(
            "“%(service)s” can be asked for until %(day)s. Your request %(case_number)s goes on unchanged, "
            "by the rules of the day you sent it."
        ),
    ),
}
_EMAIL = _(
    "%(body)s\n\nRead it in your inbox:\n%(address)s\n\n"
    "Nobody from the state ever asks for your password or a code, by mail or by telephone."
)
_NAMES = (
    "service",
    "case_number",
    "code",
    "agencies",
    "agent",
    "network",
    "stop_link",
    "principal",
    "representative",
    "receiver",
    "day",
    "facility",
    "office",
    "reporter",
    "period",
)
_TITLES = ("service", "receiver", "office")  # of these the context holds one for each language
_EMAIL_SUBJECT = _("A new message in your inbox")


def compose_message(message: Message) -> InboxMessage:
    """The message as its reader sees it, in the language of the page."""
    subject, body = _WORDS[message.kind]
    words = dict.fromkeys(_NAMES, "") | message.context
    for name in _TITLES:
        words[name] = message.context.get(f"{name}_{get_language()}") or words[name]
    return InboxMessage(
        pk=message.pk,
        kind=MessageKind(message.kind),
        subject=gettext(subject),
        body=gettext(body) % words,
        case_number=message.case_number,
        created_at=message.created_at,
        read_at=message.read_at,
        page=message.context.get("page", ""),
    )


def compose_email(message: Message, *, language: str, address: str) -> tuple[str, str]:
    """Subject and text of the e-mail about a message. The subject travels in the open: it says nothing."""
    with override(language):
        body = compose_message(message).body
        return gettext(_EMAIL_SUBJECT), gettext(_EMAIL) % {"body": body, "address": address}
