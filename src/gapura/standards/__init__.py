"""The national data standard: evidence types and code lists that every sector shares; declarations only."""

from gapura.standards.civil import CIVIL_EVIDENCE_TYPES

EVIDENCE_TYPES = (*CIVIL_EVIDENCE_TYPES,)
