"""What the four eyes see and do when a site is registered."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from gapura.kernel.approvals.plugin import ApprovalHandler
from gapura.kernel.approvals.types import CannotDecideApproval, Proposal
from gapura.kernel.audit.types import Actor
from gapura.kernel.federation.actions import register_client
from gapura.kernel.federation.actions.clients import CLIENT_REGISTRATION
from gapura.kernel.federation.queries import list_claims
from gapura.kernel.federation.rules import with_tuples
from gapura.kernel.federation.types import CannotRegisterClient, ClientTerms
from gapura.web.languages import localized


class ClientRegistrationHandler(ApprovalHandler):
    """Shows a proposed site whole, and registers it when it is granted."""

    kind = CLIENT_REGISTRATION

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        try:
            register_client(actor=actor, terms=_terms(request), now=now)
        except CannotRegisterClient as error:
            raise CannotDecideApproval(str(error)) from error

    def get_title(self) -> str:
        return _("A site where people sign in with Gapura")

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        terms = _terms(request)
        claims = list_claims()
        facts = [localized(claims[code].title) if code in claims else code for code in terms.claims]
        return [
            (_("Site"), localized(terms.title)),
            (_("Short name"), terms.client_id),
            (_("Agency"), terms.agency_code),
            (_("People return to"), ", ".join(terms.redirect_addresses)),
            (_("After signing out"), ", ".join(terms.sign_out_addresses)),
            (_("Is told of sign-outs at"), terms.notice_address),
            (_("May ask for"), ", ".join(facts) or _("Nothing")),
            (_("Legal ground"), terms.legal_ground),
            (_("Kind"), _("App without a secret") if terms.is_public else _("Site with a secret")),
        ]


def _terms(request: Proposal) -> ClientTerms:
    return ClientTerms(**with_tuples(request.payload))
