"""Whether a site could ever be told what it is registered for: the law it names is that of an agreement in force."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from gapura.kernel.exchange.queries import Agreement, list_agreements
from gapura.kernel.exchange.types import HOUSE
from gapura.kernel.federation.queries import list_claims
from gapura.kernel.federation.types import CannotRegisterClient, Claim
from gapura.web.languages import localized


def require_agreement(agency_code: str, claim_codes: Collection[str], legal_ground: str, *, day: date) -> None:
    """Raises CannotRegisterClient, naming the facts without an agreement and the grounds that would do."""
    claims = [claim for code, claim in list_claims().items() if code in claim_codes]
    standing = [one for one in list_agreements(consumer=agency_code) if _stands(one, day)]
    open_claims = _open_claims(claims, [one for one in standing if one.legal_ground == legal_ground])
    if not open_claims:
        return
    under: dict[str, list[Agreement]] = defaultdict(list)
    for one in standing:
        under[one.legal_ground].append(one)
    fitting = [ground for ground, agreements in sorted(under.items()) if not _open_claims(claims, agreements)]
    facts = "; ".join(localized(claim.title) for claim in open_claims)
    if fitting:
        raise CannotRegisterClient(
            _("No agreement of the agency under %(ground)s lets it ask for: %(facts)s. These grounds do: %(fitting)s.")
            % {"ground": legal_ground, "facts": facts, "fitting": "; ".join(fitting)}
        )
    raise CannotRegisterClient(
        _(
            "The agency has no agreement in force that lets it ask for: %(facts)s. "
            "Request one first (desk, Agreements), or leave these facts out."
        )
        % {"facts": facts}
    )


def _open_claims(claims: Collection[Claim], agreements: Collection[Agreement]) -> list[Claim]:
    """The facts that no agreement covers; all fields of an evidence type are asked at once, so by one agreement."""
    fields: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        if claim.field:
            fields[claim.evidence_type].add(claim.field)

    def is_covered(claim: Claim, agreement: Agreement) -> bool:
        if agreement.evidence_type != claim.evidence_type:
            return False
        if claim.question:
            return claim.question in agreement.questions
        return fields[claim.evidence_type] <= set(agreement.fields)

    return [claim for claim in claims if not any(is_covered(claim, one) for one in agreements)]


def _stands(agreement: Agreement, day: date) -> bool:
    return (
        HOUSE in agreement.posts
        and agreement.suspended_at is None
        and agreement.given_up_at is None
        and agreement.valid_from <= day
        and (agreement.valid_until is None or day < agreement.valid_until)
    )
