"""Which registers an official can open, and what of each can be corrected."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RegisterView:
    """One register as the desk opens it: the evidence asked for, and the fields a correction may name."""

    code: str
    evidence_types: tuple[str, ...]
    correctable: tuple[str, ...] = ()


REGISTERS = {
    view.code: view
    for view in (
        RegisterView(
            "person",
            ("civil.person",),
            (
                "full_name",
                "sex",
                "birth_place",
                "birth_on",
                "blood_type",
                "religion",
                "marital_status",
                "occupation",
                "education",
                "citizenship",
                "father_name",
                "mother_name",
            ),
        ),
        RegisterView(
            "residence",
            ("civil.residence-history",),
            ("street", "neighbourhood", "village_code", "postal_code"),
        ),
        RegisterView("family", ("civil.family", "civil.family-member")),
        RegisterView("birth", ("civil.birth",), ("birth_order", "registered_on")),
        RegisterView("marriage", ("civil.marriage",), ("married_at", "religion", "registered_on")),
        RegisterView("divorce", ("civil.divorce",), ("court", "ruling_number", "registered_on")),
        RegisterView("death", ("civil.death",), ("death_place", "registered_on")),
        RegisterView("adoption", ("civil.adoption",), ("court", "ruling_number", "registered_on")),
    )
}

CODE_LISTS = frozenset(
    {
        "sex",
        "blood_type",
        "religion",
        "marital_status",
        "occupation",
        "education",
        "citizenship",
        "relation_to_head",
        "end_reason",
    }
)
