"""What has happened in a register."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RegisterChanged:
    """An entry of ``subject`` was added or corrected. ``register`` is the table's label.

    ``concerned`` are the persons whose papers may state the entry, by number. ``outdated_on``, where given, is the day
    (ISO) from which papers that state what was so until then shall end.
    """

    register: str
    subject: str
    correction: bool
    source: str
    concerned: tuple[str, ...] = ()
    outdated_on: str = ""


@dataclass(frozen=True, slots=True)
class PersonDied:
    """The population register says that a person is dead, since ``died_on`` (ISO). Told once for each entry of it."""

    person_number: str
    died_on: str
    source: str


@dataclass(frozen=True, slots=True)
class DeathAnnulled:
    """The population register was wrong: the person lives. ``death_source`` is the source of the entry that said it."""

    person_number: str
    death_source: str
    source: str
