"""The national data standard: evidence types and code lists that every sector shares; declarations only."""

from gapura.standards.business import BUSINESS_EVIDENCE_TYPES
from gapura.standards.civil import CIVIL_EVIDENCE_TYPES
from gapura.standards.education import EDUCATION_EVIDENCE_TYPES
from gapura.standards.finance import FINANCE_EVIDENCE_TYPES
from gapura.standards.health import HEALTH_EVIDENCE_TYPES
from gapura.standards.immigration import IMMIGRATION_EVIDENCE_TYPES
from gapura.standards.invoicing import INVOICING_EVIDENCE_TYPES
from gapura.standards.justice import JUSTICE_EVIDENCE_TYPES
from gapura.standards.personnel import PERSONNEL_EVIDENCE_TYPES
from gapura.standards.property import PROPERTY_EVIDENCE_TYPES
from gapura.standards.tax import TAX_EVIDENCE_TYPES
from gapura.standards.transport import TRANSPORT_EVIDENCE_TYPES
from gapura.standards.welfare import WELFARE_EVIDENCE_TYPES
from gapura.standards.withholding import WITHHOLDING_EVIDENCE_TYPES

EVIDENCE_TYPES = (
    *CIVIL_EVIDENCE_TYPES,
    *BUSINESS_EVIDENCE_TYPES,
    *EDUCATION_EVIDENCE_TYPES,
    *FINANCE_EVIDENCE_TYPES,
    *HEALTH_EVIDENCE_TYPES,
    *IMMIGRATION_EVIDENCE_TYPES,
    *INVOICING_EVIDENCE_TYPES,
    *JUSTICE_EVIDENCE_TYPES,
    *PROPERTY_EVIDENCE_TYPES,
    *PERSONNEL_EVIDENCE_TYPES,
    *TAX_EVIDENCE_TYPES,
    *TRANSPORT_EVIDENCE_TYPES,
    *WELFARE_EVIDENCE_TYPES,
    *WITHHOLDING_EVIDENCE_TYPES,
)
