"""Founding the nation: everything in one transaction, so that it is there whole or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction

from gapura.demo.actions.institutions import (
    appoint_officials,
    log_earlier_accesses,
    open_accounts,
)
from gapura.demo.actions.invoices import MarketFinder, load_market
from gapura.demo.actions.smart_work import OfficialFinder, load_smart_work
from gapura.demo.actions.tax_accounts import open_tax_accounts
from gapura.demo.models import NationRecord
from gapura.demo.simulation.nation import Batch, Nation, NationPlan, list_columns
from gapura.demo.simulation.stories import StoryFinder
from gapura.demo.types import NationExists, NationSummary, Story
from gapura.foundation.jurisdictions import Jurisdiction
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.actions import adopt_declared_agreements
from gapura.kernel.registers.actions import bulk_load, count_entries, load_rows
from gapura.kernel.registers.queries import list_registers
from gapura.sectors.civil.actions.regions import load_regions
from gapura.sectors.smart_work.actions import open_declared_centers

# Kept when a nation is replaced: what other code made once and does not make again.
_KEPT_APPS = {"contenttypes", "auth", "search"}
_PEOPLE = "civil.PersonEntry"
_OFFICIALS_PER_OFFICE = range(3, 12)  # at least, and below

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
        nation, finder, columns = Nation(country, plan), StoryFinder(), list_columns()
        market, workers = MarketFinder(country, columns), OfficialFinder(country, columns, today=plan.on)
        registers = {one._meta.label: one for one in list_registers()}
        with bulk_load(actor=actor, reference=plan.reference, registers=list_registers()):
            for batch in nation:
                for register in batch.rows.keys() & registers.keys():  # some may stand on another node
                    load_rows(registers[register], columns[register], batch.rows[register])
                finder.look_at(batch.community, _OFFICIALS_PER_OFFICE, _list_told(batch, columns))
                market.look_at(batch, finder)
                workers.look_at(batch)
                progress(batch.living)
        adopt_declared_agreements(actor=actor)
        residents = open_accounts(actor=actor, finder=finder, now=now)
        officials = appoint_officials(actor=actor, country=country, finder=finder, plan=plan, now=now)
        open_tax_accounts(actor=actor, residents=residents, now=now)
        load_market(actor=actor, country=country, plan=plan, traders=market.traders, now=now)
        open_declared_centers(actor=actor)
        load_smart_work(actor=actor, finder=workers, officials=officials, plan=plan, zone=country.timezone, now=now)
        log_earlier_accesses(country=country, residents=residents, now=now)
        summary = NationSummary(
            reference=plan.reference,
            people=plan.people,
            digest=nation.digest,
            counts=count_entries(list_registers()),
            residents=tuple(residents),
            officials=tuple(officials),
        )
        NationRecord.objects.create(reference=plan.reference, made_at=now, summary=asdict(summary))
    return summary


def _list_told(batch: Batch, columns: Mapping[str, tuple[str, ...]]) -> dict[Story, set[str]]:
    """Whose story the registers tell."""
    named = partial(_list_named, batch, columns)
    slips = named("withholding.SlipEntry", "number", "tax_withheld", "employer_number")
    employers = {employer for _number, _withheld, employer in slips}
    represented = named("business.RepresentativeEntry", "representative_number", "business_number")
    return {
        Story.OWNER: _list_owners(batch, columns),
        Story.WORKER: {number for number, withheld, _employer in slips if withheld},
        Story.EMPLOYER: {person for person, business in represented if business in employers},
    }


def _list_owners(batch: Batch, columns: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Who owns land and a vehicle that can be sold (no debt on it, no tax open) and pays fees like most people."""

    named = partial(_list_named, batch, columns)
    mortgaged = {parcel for (parcel,) in named("property.MortgageEntry", "parcel_number")}
    pledged = {chassis for (chassis,) in named("transport.LienEntry", "chassis_number")}
    rights = named("property.RightEntry", "holder_number", "parcel_number")
    vehicles = named("transport.OwnershipEntry", "owner_number", "chassis_number")
    landed = {holder for holder, parcel in rights if parcel not in mortgaged}
    driving = {owner for owner, chassis in vehicles if chassis not in pledged}
    owing = {number for number, paid_on in named("tax.LocalAssessmentEntry", "number", "paid_on") if paid_on is None}
    return landed & driving - owing - {number for (number,) in named("welfare.RecipientEntry", "number")}


def _list_named(
    batch: Batch, columns: Mapping[str, tuple[str, ...]], register: str, *names: str
) -> list[tuple[Any, ...]]:
    """What the entries of ``register`` that have no end say in the columns ``names``."""
    places, end = [columns[register].index(name) for name in names], columns[register].index("valid_until")
    return [tuple(row[place] for place in places) for row in batch.rows[register] if row[end] is None]


def _make_room(replace: bool) -> None:
    people = [apps.get_model(_PEOPLE)]
    if held := count_entries(people, other_than="demo")[_PEOPLE]:
        raise NationExists(
            f"The registers hold {held} entries of people that no demonstration made. "
            "Use another database (GAPURA_DATABASE or GAPURA_HOME) for the demonstration nation."
        )
    if not count_entries(people)[_PEOPLE]:
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
