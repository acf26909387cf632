"""The family card and those who stand on it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from gapura.foundation.periods import age_on
from gapura.kernel.registers.queries import list_entries, list_entries_of
from gapura.sectors.civil.models import FamilyEntry, FamilyMembership, Guardianship, PersonEntry
from gapura.sectors.civil.providers.register import CivilProvider, Record
from gapura.sectors.civil.providers.residence import ADDRESS_COLUMNS, address_of
from gapura.sectors.civil.queries import get_names, list_heirs, list_parent_numbers, list_relations, list_relatives
from gapura.sectors.civil.queries.reporters import may_report_death

_PERSON_COLUMNS = frozenset(field.name for field in PersonEntry._meta.concrete_fields)


class RelationProvider(CivilProvider):
    evidence_type = "civil.relation"

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        return [
            {
                "kinship": one.kinship.value,
                "number": one.number,
                "full_name": one.full_name,
                "sex": one.sex,
                "birth_on": one.birth_on,
                "has_died": one.has_died,
            }
            for one in list_relations(subject, on=as_of, known_at=known_at)
        ]


class LivingParentProvider(CivilProvider):
    """Whoever must agree to what is asked for a child: parents by birth or adoption who are alive."""

    evidence_type = "civil.living-parent"

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        parents = list_parent_numbers(subject, on=as_of, known_at=known_at)
        living = PersonEntry.objects.filter(number__in=parents).as_of(as_of).known_at(known_at)
        return [{"parent_number": number} for number in living.order_by("number").values_list("number", flat=True)]


class FamilyProvider(CivilProvider):
    evidence_type = "civil.family"
    questions = {
        "may-report-death-of": "may_report_death",
        "is-parent-of-minor": "has_minor_parent",
        "is-guardian-of": "has_guardian",
        "has-guardian": "has_any_guardian",
        "is-close-relative-of": "has_close_relative",
        "is-heir-of": "has_heir",
    }

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        card = list_entries(FamilyMembership, ("family_number",), subject, as_of=as_of, known_at=known_at)
        if not card:
            return []
        columns = (*ADDRESS_COLUMNS, "family_number", "head_number", "valid_from")
        entries = list_entries(FamilyEntry, columns, card[0]["family_number"], as_of=as_of, known_at=known_at)
        return [self._record(entry, fields, as_of, known_at) for entry in entries]

    def _record(
        self, entry: Mapping[str, Any], fields: frozenset[str], as_of: date, known_at: datetime | None
    ) -> Record:
        record = address_of(entry) | {"family_number": entry["family_number"], "issued_on": entry["valid_from"]}
        if "head_name" in fields:
            names = get_names([entry["head_number"]], on=as_of, known_at=known_at)
            record["head_name"] = names.get(entry["head_number"], "")
        return record

    def has_minor_parent(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        """Whether ``parent_number`` is a parent, by birth or adoption, of the living subject under age."""
        child = list_entries(PersonEntry, ("birth_on",), subject, as_of=as_of, known_at=known_at)
        if not child:
            return None
        if age_on(child[0]["birth_on"], as_of) >= int(parameters["age_of_majority"]):
            return False
        return parameters["parent_number"] in list_parent_numbers(subject, on=as_of, known_at=known_at)

    def has_guardian(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        times: dict[str, Any] = {"as_of": as_of, "known_at": known_at}
        if not list_entries(PersonEntry, ("number",), subject, **times):
            return None
        guardians = list_entries(Guardianship, ("guardian_number",), subject, **times)
        return any(one["guardian_number"] == parameters["guardian_number"] for one in guardians)

    def has_any_guardian(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        times: dict[str, Any] = {"as_of": as_of, "known_at": known_at}
        if not list_entries(PersonEntry, ("number",), subject, **times):
            return None
        return bool(list_entries(Guardianship, ("guardian_number",), subject, **times))

    def has_close_relative(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        """Whether ``relative_number`` is the subject's spouse, parent or child; also of the dead."""
        if not list_entries_of(PersonEntry, ("number",), (subject,), as_of=as_of, known_at=known_at, begun=True):
            return None
        return parameters["relative_number"] in list_relatives(subject, on=as_of, known_at=known_at)

    def may_report_death(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool:
        """Whether the subject may tell of the death of ``dead_number``: family, or head of the neighborhood."""
        return may_report_death(subject, str(parameters["dead_number"]), on=as_of, known_at=known_at)

    def has_heir(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        """Whether ``heir_number`` inherits by law from the dead subject; None where no death is recorded."""
        heirs = list_heirs(subject, on=as_of, known_at=known_at)
        return None if heirs is None else parameters["heir_number"] in heirs


class FamilyMemberProvider(CivilProvider):
    """Three queries, whatever the size of the family: the card, its members, who they are."""

    evidence_type = "civil.family-member"

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        times: dict[str, Any] = {"as_of": as_of, "known_at": known_at}
        cards = [card["family_number"] for card in list_entries(FamilyMembership, ("family_number",), subject, **times)]
        columns, by, order = ("number", "relation_to_head"), ("family_number",), ("position", "id")
        members = list_entries_of(FamilyMembership, columns, cards, by=by, order=order, **times)
        relations = {member["number"]: member["relation_to_head"] for member in members}
        asked = tuple(sorted({"number"} | fields & _PERSON_COLUMNS))
        by_number = {one["number"]: one for one in list_entries_of(PersonEntry, asked, relations, **times)}
        return [
            by_number[number] | {"relation_to_head": relation}
            for number, relation in relations.items()
            if number in by_number
        ]
