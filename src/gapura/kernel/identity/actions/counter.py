"""Opening and recovering accounts at a counter, by two officials; and what the person does with the code they got."""

import hashlib
import hmac
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from gapura.foundation.codes import new_code, normalized
from gapura.foundation.jurisdictions import BadPersonNumber, load
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, AssuranceLevel
from gapura.kernel.identity.actions.accounts import (
    create_account,
    end_every_session,
    end_proof,
    prove_identity,
    record_credentials_change,
    register_authenticator,
    require_good_password,
    set_password,
)
from gapura.kernel.identity.actions.passkeys import add_passkey
from gapura.kernel.identity.actions.sign_in import record_failure, require_attempts_left
from gapura.kernel.identity.events import AccountActivated, CounterVisitDecided, CounterVisitEntered
from gapura.kernel.identity.models import Account, CounterVisit, IdentityProof
from gapura.kernel.identity.permissions import can_decide_visit, can_work_at_counter
from gapura.kernel.identity.plugin import find_person_objection
from gapura.kernel.identity.queries import access_visit
from gapura.kernel.identity.types import (
    AccessDenied,
    ActivationRefused,
    CannotOpenAtCounter,
    CannotProveIdentity,
    NewPasskey,
    NewPassword,
    Origin,
    VisitPurpose,
)
from gapura.kernel.outbox.actions import publish

CODE_LIFE = timedelta(hours=1)
CODE_TRIES = 5
_CODE_LETTERS = 11  # and a check character: 55 bits, for one hour and five tries


def enter_visit(
    *, actor: Actor, person_number: str, full_name: str, document: str, reason: str, now: datetime
) -> CounterVisit:
    """Record that a person came to the actor's office and showed ``document``. Somebody else has to confirm it.

    The register is asked first whether this number bears ``full_name`` (as the document says) and lives; the name is
    not kept. Raises AccessDenied, or CannotOpenAtCounter: the number is malformed, it is the actor's own, the register
    objects or does not answer, the account was closed by the house, or another visit of the person waits. Not in a
    transaction. Publishes CounterVisitEntered.
    """
    account_id, person = _hands(actor)
    try:
        load(settings.GAPURA_JURISDICTION).person_numbers.parse(person_number)
    except BadPersonNumber as error:
        raise CannotOpenAtCounter(_("This is not a person number: check the digits.")) from error
    if person_number == person:
        raise CannotOpenAtCounter(_("Nobody opens their own account. Ask two colleagues."))
    purpose = _purpose(person_number)
    if objection := find_person_objection(actor=actor, person_number=person_number, full_name=full_name, now=now):
        raise CannotOpenAtCounter(objection)
    try:
        with transaction.atomic():
            visit = CounterVisit.objects.create(
                person_number=person_number,
                purpose=purpose,
                document=document,
                reason=reason,
                agency_code=actor.agency_code or "",
                office_code=actor.office_code or "",
                entered_by_id=account_id,
                entered_by_person=person,
                entered_at=now,
            )
            _record(actor, "identity.counter_visit_entered", visit, {"purpose": purpose, "document": document})
            publish(CounterVisitEntered(visit_id=visit.pk))
    except IntegrityError as error:
        raise CannotOpenAtCounter(
            _("A visit of this person waits for a decision already. Decide that one first.")
        ) from error
    return visit


def decide_visit(*, actor: Actor, visit_id: int, confirmed: bool, now: datetime) -> str:
    """Confirm or refuse what a colleague entered. Confirmed: the code for the person, told this once; refused: "".

    Confirming a recovery ends every credential and session the account had. Raises AccessDenied, or
    CannotOpenAtCounter: decided meanwhile, or the actor entered it or is the person. Publishes CounterVisitDecided.
    """
    with transaction.atomic():
        visit = CounterVisit.objects.select_for_update().get(pk=access_visit(actor, visit_id).pk)
        if visit.decided_at is not None:
            raise CannotOpenAtCounter(_("A colleague decided this visit meanwhile."))
        if not can_decide_visit(actor, visit):
            raise CannotOpenAtCounter(_("Another person has to decide this: not who entered it, nor whom it is about."))
        code = _confirm(actor, visit, now) if confirmed else ""
        visit.decided_by_id, visit.decided_by_person = _hands(actor)
        visit.decided_at, visit.confirmed = now, confirmed
        visit.save()
        _record(actor, "identity.counter_visit_decided", visit, {"confirmed": confirmed})
        publish(CounterVisitDecided(visit_id=visit.pk, confirmed=confirmed))
    return code


def start_activation(*, person_number: str, code: str, origin: Origin, now: datetime) -> int:
    """The visit this code was given out for. Raises ActivationRefused, which tells nothing more, or TooManyAttempts.

    A code is compared in the same way whether or not there is one for the number.
    """
    attempt = {"account": None, "login": f"activation {person_number}", "origin": origin, "now": now}
    require_attempts_left(**attempt)  # type: ignore[arg-type] # one dict for both calls
    visit = _usable(now).filter(person_number=person_number).order_by("-pk").first()
    digest = _digest(person_number, code)
    if hmac.compare_digest(digest, visit.code_digest if visit else "") and visit is not None:
        return int(visit.pk)
    if visit is not None:
        CounterVisit.objects.filter(pk=visit.pk).update(tries=F("tries") + 1)
    record_failure(**attempt, method="activation")  # type: ignore[arg-type] # as above
    raise ActivationRefused


def activate_account(
    *,
    actor: Actor,
    visit_id: int,
    login: str,
    handle: str,
    language: str,
    credentials: NewPasskey | NewPassword,
    now: datetime,
) -> Account:
    """Give the person of the visit their account, with what they chose to sign in with. The code is used up.

    ``login`` and ``handle`` name a new account; a recovered one keeps its own. From now on the account is proven
    to be the person's, in person (high). Raises ActivationRefused or CannotCreateAccount. Publishes AccountActivated.
    """
    with transaction.atomic():
        visit = _usable(now).select_for_update().filter(pk=visit_id).first()
        if visit is None:
            raise ActivationRefused
        if visit.purpose == VisitPurpose.OPEN:
            account = create_account(
                actor=actor, login=login, password=None, email="", language=language, now=now, handle=handle
            )
        else:
            account = _reopen(actor, visit.person_number, now)
        _prove(actor, account, visit.person_number, now)
        _equip(actor, account, credentials)
        visit.used_at = now
        visit.save(update_fields=["used_at"])
        _record(actor, "identity.account_activated", visit, {"account": account.pk, "purpose": visit.purpose})
        publish(AccountActivated(account_id=account.pk, person_number=visit.person_number, purpose=visit.purpose))
    return account


def _hands(actor: Actor) -> tuple[int, str]:
    """Account and person of an official who may work at a counter. Raises AccessDenied."""
    if not can_work_at_counter(actor) or actor.account_id is None or actor.person_number is None:
        raise AccessDenied
    return actor.account_id, actor.person_number


def _purpose(person_number: str) -> VisitPurpose:
    proof = _live_proof(person_number)
    if proof is None:
        return VisitPurpose.OPEN
    if not proof.account.is_active and proof.account.stopped_at is None:
        raise CannotOpenAtCounter(
            _("This account was closed by the administration, not by its owner. A counter cannot open it again.")
        )
    return VisitPurpose.RECOVER


def _confirm(actor: Actor, visit: CounterVisit, now: datetime) -> str:
    if _purpose(visit.person_number) != visit.purpose:
        raise CannotOpenAtCounter(
            _("Since this was entered the person got or lost an account. Refuse it and enter the visit anew.")
        )
    if (proof := _live_proof(visit.person_number)) is not None:
        _end_credentials(actor, proof.account)
    _usable(now).filter(person_number=visit.person_number).update(code_until=now)
    code = new_code(_CODE_LETTERS)
    visit.code_digest, visit.code_until = _digest(visit.person_number, code), now + CODE_LIFE
    return code


def _end_credentials(actor: Actor, account: Account) -> None:
    Authenticator.objects.filter(user=account).delete()
    account.set_unusable_password()
    account.save(update_fields=["password"])
    end_every_session(account.pk)
    record_credentials_change(actor=actor, account=account, change="recovered")


def _reopen(actor: Actor, person_number: str, now: datetime) -> Account:
    proof = _live_proof(person_number)
    if proof is None:
        raise ActivationRefused
    account = proof.account
    end_proof(actor=actor, account_id=account.pk, now=now)
    account.is_active, account.stopped_at = True, None
    account.save(update_fields=["is_active", "stopped_at"])
    return account


def _prove(actor: Actor, account: Account, person_number: str, now: datetime) -> None:
    try:
        prove_identity(
            actor=actor,
            account_id=account.pk,
            person_number=person_number,
            level=AssuranceLevel.HIGH,
            method="in_person",
            now=now,
        )
    except CannotProveIdentity as error:
        raise ActivationRefused from error


def _equip(actor: Actor, account: Account, credentials: NewPasskey | NewPassword) -> None:
    if isinstance(credentials, NewPasskey):
        add_passkey(actor=actor, account=account, passkey=credentials)
        return
    require_good_password(account, credentials.password)
    set_password(actor=actor, account=account, password=credentials.password)
    register_authenticator(actor=actor, account_id=account.pk, secret=credentials.secret)


def _live_proof(person_number: str) -> IdentityProof | None:
    proofs = IdentityProof.objects.select_related("account")
    return proofs.filter(person_number=person_number, ended_at__isnull=True).first()


def _usable(now: datetime) -> QuerySet[CounterVisit]:
    return CounterVisit.objects.filter(confirmed=True, used_at__isnull=True, code_until__gt=now, tries__lt=CODE_TRIES)


def _digest(person_number: str, code: str) -> str:
    """A keyed digest: who reads the database learns no code, and could not try them all without the key."""
    text = f"activation {person_number} {normalized(code) or ''}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def _record(actor: Actor, action: str, visit: CounterVisit, detail: dict[str, str | int | bool]) -> None:
    record_event(actor=actor, action=action, subject=visit.person_number, object_ref=f"visit:{visit.pk}", detail=detail)
