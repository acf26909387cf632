"""Founding the nation: everything in one transaction, so that it is there whole or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction

from gapura.demo.actions.institutions import (
    adopt_agreements,
    appoint_officials,
    log_earlier_accesses,
    open_accounts,
)
from gapura.demo.models import NationRecord
from gapura.demo.simulation.entries import COLUMNS
from gapura.demo.simulation.nation import Nation, NationPlan
from gapura.demo.simulation.stories import StoryFinder
from gapura.demo.types import NationExists, NationSummary
from gapura.foundation.jurisdictions import Jurisdiction
from gapura.kernel.audit.types import Actor
from gapura.sectors.civil.actions.bulk import bulk_load, count_entries, load_entries
from gapura.sectors.civil.actions.regions import load_regions

# Kept when a nation is replaced: what other code made once and does not make again.
_KEPT_APPS = {"contenttypes", "auth", "search"}
_OFFICIALS_PER_OFFICE = 3

Progress = Callable[[int], object]


def found_nation(
    *,
    actor: Actor,
    country: Jurisdiction,
    plan: NationPlan,
    now: datetime,
    replace: bool = False,
    progress: Progress = lambda people: None,
) -> NationSummary:
    """Make the nation of ``plan`` with offices, agreements, accounts and earlier accesses.

    ``progress`` is told the number of living people of each community made. Raises NationExists when the
    registers hold people: with ``replace`` only when some of them do not come from a demonstration.
    """
    with transaction.atomic():
        _make_room(replace)
        load_regions(actor=actor, country=country)
        nation, finder = Nation(country, plan), StoryFinder()
        with bulk_load(actor=actor, reference=plan.reference):
            for batch in nation:
                for register, columns in COLUMNS.items():
                    load_entries(register, columns, batch.rows[register])
                finder.look_at(batch.community, _OFFICIALS_PER_OFFICE)
                progress(batch.living)
        adopt_agreements(actor=actor)
        residents = open_accounts(actor=actor, finder=finder, now=now)
        officials = appoint_officials(actor=actor, country=country, finder=finder, plan=plan, now=now)
        log_earlier_accesses(country=country, residents=residents, now=now)
        summary = NationSummary(
            reference=plan.reference,
            people=plan.people,
            digest=nation.digest,
            counts=count_entries(),
            residents=tuple(residents),
            officials=tuple(officials),
        )
        NationRecord.objects.create(reference=plan.reference, made_at=now, summary=asdict(summary))
    return summary


def _make_room(replace: bool) -> None:
    held: Mapping[str, int] = count_entries(other_than="demo")
    if held["PersonEntry"]:
        raise NationExists(
            f"The registers hold {held['PersonEntry']} entries of people that no demonstration made. "
            "Use another database (GAPURA_DATABASE or GAPURA_HOME) for the demonstration nation."
        )
    if not count_entries()["PersonEntry"]:
        return
    if not replace:
        raise NationExists(
            "There is a demonstration nation already. Use it, or start over with --replace: "
            "that empties the whole database, cases, documents and accounts included."
        )
    empty_database()


def empty_database() -> None:
    """Remove every row of the house, as far as made rows go; the caller is in a transaction."""
    tables = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in _KEPT_APPS and _is_stored(model)
    ]
    connection.check_constraints()  # PostgreSQL empties no table with checks still waiting
    statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=False)
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _is_stored(model: type[models.Model]) -> bool:
    return model._meta.managed and not model._meta.proxy
