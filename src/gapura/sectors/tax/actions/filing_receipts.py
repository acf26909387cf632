"""The sealed receipt of a filed return: what was declared, what it came to, and by which law."""

from collections.abc import Sequence

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.foundation.texts import in_language
from gapura.kernel.catalogue.queries import get_agency
from gapura.kernel.catalogue.types import PublicService
from gapura.kernel.documents.types import DocumentOrder, Facts
from gapura.kernel.law.queries import get_law
from gapura.sectors.tax.models import ReturnVersion
from gapura.sectors.tax.queries.returns import describe_version
from gapura.sectors.tax.return_kinds import get_receipt


def order_receipt(steps: Sequence[str], service: PublicService, version: ReturnVersion) -> DocumentOrder:
    """What the receipt of ``version`` states; ``steps``: the figures it shows. The version need not be saved yet."""
    receipt, tax_return = get_receipt(), version.tax_return
    agency = get_agency(service.agency)
    day = local_day(version.filed_at, settings.TIME_ZONE)
    facts = Facts(
        evidence_type="tax.return",
        subject=tax_return.taxpayer,
        records=(describe_version(version),),
        access_id="",
        known_at=version.filed_at,
        as_of=day,
        provider=service.agency,
    )
    words = get_law().words
    return DocumentOrder(
        template=receipt.template,
        title=receipt.title,
        service_code=service.code,
        agency_code=service.agency,
        office_name=in_language(agency.title, receipt.languages[0]),
        case_number=f"{tax_return.number}-{version.number}",
        subject=tax_return.taxpayer,
        holder=tax_return.taxpayer,
        languages=receipt.languages,
        facts=(facts,),
        legal_ground=service.legal_ground,
        issued_at=version.filed_at,
        valid_until=None,
        signatory_title=receipt.signatory,
        options={
            "taxpayer": tax_return.taxpayer,
            "service": dict(service.title),
            "law": version.law_digest,
            "figures": [{"title": dict(words[name]), "amount": version.figures[name]} for name in steps],
        },
    )
