"""Registering sites: proposed by one registrar, granted by another, or by command on the server itself."""

import secrets
from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.texts import in_language
from gapura.kernel.approvals.actions import request_approval
from gapura.kernel.approvals.types import CannotRequestApproval
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import list_agencies
from gapura.kernel.federation.actions.grounds import require_agreement
from gapura.kernel.federation.actions.sessions import end_site_sessions
from gapura.kernel.federation.events import ClientRegistered
from gapura.kernel.federation.models import Client, SiteSession
from gapura.kernel.federation.permissions import REGISTRAR, can_register_clients
from gapura.kernel.federation.queries import access_client, list_claims
from gapura.kernel.federation.rules import digest, is_safe_address, sector_of
from gapura.kernel.federation.types import CannotRegisterClient, ClientTerms, SessionEnd
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import publish

CLIENT_REGISTRATION = "federation.client"


def propose_client(*, actor: Actor, terms: ClientTerms, now: datetime) -> int:
    """Ask another registrar of the agency to register the site; the id of the request.

    Raises AccessDenied for another agency's site, and CannotRegisterClient as register_client does.
    """
    if not can_register_clients(actor) or terms.agency_code != actor.agency_code:
        raise AccessDenied
    _check(terms, now)
    try:
        request = request_approval(
            actor=actor,
            kind=CLIENT_REGISTRATION,
            object_ref=f"client:{terms.client_id}",
            summary=in_language(terms.title, settings.LANGUAGE_CODE),
            payload=asdict(terms),
            role=REGISTRAR,
            agency_code=terms.agency_code,
            office_code=actor.office_code or "",
            now=now,
        )
    except CannotRequestApproval as error:
        raise CannotRegisterClient(str(error)) from error
    return request.pk


def register_client(*, actor: Actor, terms: ClientTerms, now: datetime) -> Client:
    """Register the site. It has no secret yet: renew_secret makes one. Publishes ClientRegistered.

    Raises CannotRegisterClient: a name that is taken, an agency or claim nobody knows, an address that is not
    safe, addresses of several hosts, facts for which the agency has no agreement in force under the ground.
    """
    sector = _check(terms, now)
    try:
        with transaction.atomic():
            client = Client.objects.create(
                client_id=terms.client_id,
                title=dict(terms.title),
                agency_code=terms.agency_code,
                sector=sector,
                redirect_addresses=list(terms.redirect_addresses),
                sign_out_addresses=list(terms.sign_out_addresses),
                notice_address=terms.notice_address,
                claims=sorted(terms.claims),
                legal_ground=terms.legal_ground,
                is_public=terms.is_public,
                registered_at=now,
            )
            record_event(actor=actor, action="federation.client_registered", object_ref=f"client:{client.client_id}")
            publish(ClientRegistered(client_id=client.client_id))
    except IntegrityError as error:
        raise CannotRegisterClient(_("A site with this short name exists already; choose another one.")) from error
    return client


def renew_secret(*, actor: Actor, client: Client) -> str:
    """A new secret for the site; the one before is worthless from now on. Returned once, kept as a digest only."""
    if client.is_public:
        raise CannotRegisterClient(_("This site is an app without a secret; it proves itself by its code verifier."))
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        Client.objects.filter(pk=client.pk).update(secret_digest=digest(secret))
        record_event(actor=actor, action="federation.secret_renewed", object_ref=f"client:{client.client_id}")
    return secret


def end_client(*, actor: Actor, client_id: str, now: datetime) -> None:
    """Let nobody sign in at the site any more, and end every session there. Raises AccessDenied."""
    client = access_client(actor, client_id)
    with transaction.atomic():
        Client.objects.filter(pk=client.pk, ended_at__isnull=True).update(ended_at=now)
        open_sessions = SiteSession.objects.select_related("connection").filter(
            connection__client=client, ended_at__isnull=True
        )
        end_site_sessions(
            actor=actor, sessions=list(open_sessions.order_by("pk")), reason=SessionEnd.CLIENT_ENDED, now=now
        )
        record_event(actor=actor, action="federation.client_ended", object_ref=f"client:{client.client_id}")


def _check(terms: ClientTerms, now: datetime) -> str:
    """The site's sector. Raises CannotRegisterClient."""
    if terms.agency_code not in {agency.code for agency in list_agencies()}:
        raise CannotRegisterClient(_("There is no agency called %(agency)s.") % {"agency": terms.agency_code})
    if unknown := sorted(set(terms.claims) - set(list_claims())):
        raise CannotRegisterClient(_("There is no fact called %(claim)s.") % {"claim": unknown[0]})
    if terms.claims and not terms.legal_ground:
        raise CannotRegisterClient(_("Name the law under which the site may know facts about a person."))
    require_agreement(terms.agency_code, terms.claims, terms.legal_ground, day=local_day(now, settings.TIME_ZONE))
    if Client.objects.filter(pk=terms.client_id).exists():
        raise CannotRegisterClient(_("A site with this short name exists already; choose another one."))
    return _check_addresses(terms)


def _check_addresses(terms: ClientTerms) -> str:
    others = [terms.notice_address] if terms.notice_address else []
    for address in (*terms.redirect_addresses, *terms.sign_out_addresses, *others):
        if not is_safe_address(address, is_demo=settings.GAPURA_DEMO):
            raise CannotRegisterClient(
                _("%(address)s is not a complete address that begins with https://.") % {"address": address}
            )
    sector = sector_of([*terms.redirect_addresses])
    if sector is None:
        raise CannotRegisterClient(_("Give at least one address to return to, and all of them on the same host."))
    return sector
