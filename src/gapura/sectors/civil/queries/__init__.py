"""Reads of the population register, by topic. Who asks is checked in ``look_ups``, not in ``persons``."""

from gapura.sectors.civil.queries.codes import list_codes, value_label
from gapura.sectors.civil.queries.heirs import list_heirs
from gapura.sectors.civil.queries.look_ups import (
    access_look_up,
    find_numbers_by_name,
    get_look_up_ground,
    is_correctable_by,
    list_look_up_grounds,
)
from gapura.sectors.civil.queries.persons import (
    Place,
    find_office_code,
    get_names,
    get_office_name,
    get_owner_agency,
    get_place,
    is_over_age,
    list_dependants,
    list_family_of,
    list_members,
    list_parent_numbers,
    list_relatives,
)
from gapura.sectors.civil.queries.relations import Relative, list_relations
from gapura.sectors.civil.queries.versions import access_entry, get_facts, list_versions

__all__ = [
    "Place",
    "Relative",
    "access_entry",
    "access_look_up",
    "find_numbers_by_name",
    "find_office_code",
    "get_facts",
    "get_look_up_ground",
    "get_names",
    "get_office_name",
    "get_owner_agency",
    "get_place",
    "is_correctable_by",
    "is_over_age",
    "list_codes",
    "list_dependants",
    "list_family_of",
    "list_heirs",
    "list_look_up_grounds",
    "list_members",
    "list_parent_numbers",
    "list_relations",
    "list_relatives",
    "list_versions",
    "value_label",
]
