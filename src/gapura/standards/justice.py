"""Evidence from the criminal justice registers: whether there is a bar, and no record, from a separated network."""

from gapura.foundation.texts import Text
from gapura.kernel.exchange.types import EvidenceField, EvidenceType, FieldKind, Question


def _t(indonesian: str, english: str, korean: str) -> Text:
    return {"id": indonesian, "en": english, "ko": korean}


BAR = EvidenceType(
    code="justice.bar",
    title=_t("Halangan dari penegak hukum", "Bar by law enforcement", "수사기관의 제한"),
    fields=(EvidenceField("bar_class", _t("Golongan halangan", "Class of the bar", "제한 종류"), FieldKind.CODE),),
    questions=(
        Question(
            "has-travel-bar",
            _t(
                "Dicegah ke luar negeri atau sedang dicari?",
                "Banned from travel, or wanted?",
                "출국금지 또는 수배 중인가?",
            ),
        ),
        Question(
            "has-criminal-bar",
            _t(
                "Sedang dicari atau menjalani pidana?",
                "Wanted, or serving a sentence?",
                "수배 중이거나 형을 집행 중인가?",
            ),
        ),
    ),
    must_be_current=True,
)

JUSTICE_EVIDENCE_TYPES = (BAR,)
