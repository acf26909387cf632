"""PostgreSQL keeps every agency's rows apart by itself, and the access layer draws the same line on SQLite."""

import os
import random
import socket
import subprocess
import sys

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, IntegrityError, OperationalError, connection, models, transaction
from django.test import Client

from gapura.config.isolation import ISOLATED, OPEN, ROLE, list_role_faults
from gapura.config.unique_values import UNIQUE_ACROSS_AGENCIES
from gapura.foundation.codes import new_code
from gapura.foundation.isolation import HOUSE, NOBODY, Scope, as_house, current_scope, scoped
from gapura.kernel.approvals.queries import access_approval
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.queries import access_case
from gapura.kernel.cases.testing import Case, official, resident
from gapura.kernel.cases.types import CaseNotFound
from gapura.kernel.documents.queries import access_document
from gapura.kernel.exchange.queries import list_accesses_to
from gapura.kernel.identity.middleware import scope_of_actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.notifications.queries import access_message
from tests.security.isolated_rows import NOW, keep, model_of, new_row, owner_of
from tools.tracked import ROOT

OURS, THEIRS, PERSON, STRANGER = "dukcapil", "polri", "3171014508900003", "3171014508900011"
postgresql = pytest.mark.postgresql_only

# Nobody changes or removes what stands here: the database refuses it before it asks whose it is.
ONLY_ADDED = {
    "approvals_line_version",
    "approvals_path",
    "office_card_entry",
    "office_hand_over",
    "office_instruction_entry",
    "office_security_change",
    "tax_posting",
    "tax_return_version",
}


def scope_of(table, agency, person):
    """Who owns the row: the agency, or the person where no agency does."""
    root = table
    while ISOLATED[root].through:
        root = ISOLATED[root].through[1]
    return Scope(agency=agency) if ISOLATED[root].agencies else Scope(persons=(owner_of(root, person),))


def run(statement, *arguments):
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.rowcount


def touch(row):
    """How many rows a scope sees, changes and deletes; nothing stays done."""
    table, key = row._meta.db_table, row._meta.pk.column
    seen = run(f'SELECT 1 FROM "{table}" WHERE "{key}" = %s', row.pk)
    if table in ONLY_ADDED:
        return [seen] * 3
    counts = [seen]
    for statement in (f'UPDATE "{table}" SET "{key}" = "{key}"', f'DELETE FROM "{table}"'):
        with transaction.atomic():
            counts.append(run(f'{statement} WHERE "{key}" = %s', row.pk))
            transaction.set_rollback(True)
    return counts


# The catalog: nothing is left open by oversight


def list_tables():
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}


def test_every_table_is_isolated_or_says_why_not():
    assert set(ISOLATED) & set(OPEN) == set()
    assert set(ISOLATED) | set(OPEN) == list_tables() | {"django_migrations"}
    assert all(reason.strip() for reason in OPEN.values())


def list_faults():
    """What the server's catalog says against the declaration; the same query an auditor would run."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relkind IN ('r', 'p') "
            "AND relnamespace = 'public'::regnamespace"
        )
        secured = {name: (enabled, forced) for name, enabled, forced in cursor.fetchall()}
        cursor.execute("SELECT tablename, policyname, permissive FROM pg_policies WHERE schemaname = 'public'")
        policies = cursor.fetchall()
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace "
            "AND NOT coalesce(reloptions, '{}') && ARRAY['security_invoker=on', 'security_invoker=true']"
        )
        views = [name for (name,) in cursor.fetchall()]
        cursor.execute("SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
        definers = [name for (name,) in cursor.fetchall()]
    faults = [
        f"{table}: row security is not enabled and forced" for table in ISOLATED if secured.get(table) != (True, True)
    ]
    faults += [f"{table}: no policy" for table in ISOLATED if (table, "isolation", "PERMISSIVE") not in policies]
    faults += [f"{table}: another policy, {name}" for table, name, _ in policies if name != "isolation"]
    faults += [f"{table}: an unknown table" for table in set(secured) - set(ISOLATED) - set(OPEN) - search_tables()]
    faults += [f"{name}: a view with its owner's rights" for name in views]
    faults += [f"{name}: a function with its owner's rights" for name in definers]
    return [*faults, *list_role_faults()]


def search_tables():
    """Made by the search module itself, of public texts."""
    return {"search_postings"}


@pytest.fixture
def as_owner(db):
    """For a planted fault: back to the role that owns the tables; undone with the test's transaction."""

    def execute(statement):
        run("SET LOCAL ROLE NONE")
        run(statement)
        run(f"SET LOCAL ROLE {ROLE}")

    return execute


@postgresql
@pytest.mark.django_db
def test_the_catalog_holds_what_the_declaration_says():
    assert list_faults() == []


@postgresql
@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("ALTER TABLE cases_case NO FORCE ROW LEVEL SECURITY", "cases_case: row security is not"),
        ("ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY", "cases_case: row security is not"),
        ("DROP POLICY isolation ON cases_case", "cases_case: no policy"),
        ("CREATE POLICY convenient ON cases_case USING (true)", "cases_case: another policy, convenient"),
        ("CREATE VIEW all_cases AS SELECT * FROM cases_case", "all_cases: a view"),
        ("CREATE TABLE scratch (agency_code text)", "scratch: an unknown table"),
        (
            "CREATE FUNCTION peep() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM cases_case'",
            "peep: a function",
        ),
        (f"ALTER ROLE {ROLE} BYPASSRLS", f"The database role {ROLE} has BYPASSRLS"),
        (f"ALTER TABLE demo_nation OWNER TO {ROLE}", f"The database role {ROLE} owns the tables"),
    ],
)
@pytest.mark.django_db
def test_a_planted_fault_in_the_catalog_is_found(as_owner, statement, fault):
    as_owner(statement)
    assert any(found.startswith(fault) for found in list_faults()), list_faults()


@postgresql
@pytest.mark.django_db
def test_a_view_with_its_owners_rights_shows_everybodys_rows_and_one_without_does_not(as_owner):
    """The control of the scan: why such a view is forbidden."""
    keep(new_row("cases_case", OURS, PERSON))
    for options, seen in (("", 1), ("WITH (security_invoker = on)", 0)):
        as_owner(f"CREATE OR REPLACE VIEW all_cases {options} AS SELECT * FROM cases_case")
        as_owner(f"GRANT SELECT ON all_cases TO {ROLE}")
        with scoped(Scope(agency=THEIRS)):
            assert run("SELECT 1 FROM all_cases") == seen
        as_owner("DROP VIEW all_cases")


def test_what_is_unique_across_agencies_tells_nothing_when_it_is_refused():
    found = set()
    for table in ISOLATED:
        meta = model_of(table)._meta
        alone = [field.column for field in meta.concrete_fields if field.unique and not field.primary_key]
        found |= {f"{table}.{column}" for column in alone}
        for constraint in meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                found.add(f"{table}.{'+'.join(constraint.fields) or constraint.name}")
        key = meta.pk
        if not isinstance(key, models.AutoField) and not key.is_relation:
            found.add(f"{table}.{key.column}")
    assert found == set(UNIQUE_ACROSS_AGENCIES)


# Every table, every scope, every verb


@postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("table", sorted(ISOLATED))
def test_a_row_is_there_for_its_agency_and_the_house_and_for_nobody_else(table):
    row = keep(new_row(table, OURS, PERSON))
    answers = {
        "nobody": (NOBODY, [0, 0, 0]),
        "another": (scope_of(table, THEIRS, STRANGER), [0, 0, 0]),
        "its own": (scope_of(table, OURS, PERSON), [1, 1, 1]),
        "the house": (HOUSE, [1, 1, 1]),
    }
    for name, (scope, expected) in answers.items():
        with scoped(scope):
            assert touch(row) == expected, name


@postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("table", sorted(ISOLATED))
def test_a_row_of_another_agency_cannot_be_written(table):
    for scope in (NOBODY, scope_of(table, THEIRS, STRANGER)):
        row = new_row(table, OURS, PERSON)
        with scoped(scope), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            row.save(force_insert=True)
    row = new_row(table, OURS, PERSON)
    with scoped(scope_of(table, OURS, PERSON)):
        assert keep(row).pk


@postgresql
@pytest.mark.django_db
def test_a_row_cannot_be_given_away(db):
    case = keep(new_row("cases_case", OURS, PERSON))
    with scoped(Scope(agency=OURS)), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        run("UPDATE cases_case SET agency_code = %s WHERE id = %s", THEIRS, case.pk)


# A connection never runs a statement under another scope than the current one


def count_cases():
    return run("SELECT 1 FROM cases_case")


@postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("in_transaction", [True, False])
def test_the_scope_ends_with_its_block_however_it_ends(in_transaction):
    for agency in (OURS, OURS, THEIRS):
        keep(new_row("cases_case", agency, PERSON))

    def look():
        if in_transaction:
            with transaction.atomic():
                return count_cases()
        return count_cases()

    ours, theirs = Scope(agency=OURS), Scope(agency=THEIRS)
    assert look() == 3
    with scoped(ours):
        assert look() == 2
        with scoped(theirs):
            assert look() == 1
        with pytest.raises(ZeroDivisionError), scoped(NOBODY):
            print(1 / look())
        assert look() == 2
        with pytest.raises(DatabaseError):
            run("SELECT 1 / 0")
        assert look() == 2
    assert look() == 3


@postgresql
@pytest.mark.django_db(transaction=True)
def test_the_scope_holds_across_savepoints_and_failed_transactions():
    for agency in (OURS, OURS, THEIRS):
        keep(new_row("cases_case", agency, PERSON))
    ours, theirs = Scope(agency=OURS), Scope(agency=THEIRS)
    with scoped(ours), transaction.atomic():
        assert count_cases() == 2
        taken = keep(new_row("cases_case", OURS, PERSON))
        again = new_row("cases_case", THEIRS, PERSON)
        again.number = taken.number
        with pytest.raises(IntegrityError), transaction.atomic(), scoped(theirs):
            keep(again)
        taken.delete()
        assert count_cases() == 2
    with scoped(theirs), pytest.raises(ZeroDivisionError), transaction.atomic():
        print(1 / (count_cases() - 1))
    assert count_cases() == 3
    with scoped(theirs), transaction.atomic():
        with scoped(ours):
            assert count_cases() == 2
        sid = transaction.savepoint()
        assert count_cases() == 1
        transaction.savepoint_rollback(sid)
        assert count_cases() == 1


@postgresql
@pytest.mark.django_db(transaction=True)
def test_nothing_of_the_scope_stays_with_the_connection():
    """What a pool in front of the database would hand to somebody else."""
    keep(new_row("cases_case", OURS, PERSON))

    def told():
        return connection.connection.execute("SELECT current_setting('gapura.agency', true)").fetchone()[0]

    with scoped(Scope(agency=OURS)):
        assert count_cases() == 1
        assert told() in ("", None)
        with transaction.atomic():
            assert count_cases() == 1
            assert told() == OURS  # the control
        assert told() in ("", None)
        assert len(list(Case.objects.order_by("id").iterator())) == 1


@postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("agency", [OURS, "o'clock", "'; DROP TABLE cases_case; --", "back\\slash", "강남구"])
def test_the_scope_is_told_letter_by_letter(agency):
    with scoped(Scope(agency=agency)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('gapura.agency', true)")
        assert cursor.fetchone() == (agency,)


@postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("in_transaction", [True, False])
def test_a_server_that_went_away_while_it_is_told_the_scope_is_an_operational_error(in_transaction):
    other = connection.copy()
    ours = Scope(agency=OURS)

    def look():
        with scoped(ours), other.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return cursor.fetchone()[0]

    try:
        assert look()  # the control
        with socket.fromfd(other.connection.fileno(), socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.shutdown(socket.SHUT_RDWR)
        if in_transaction:
            other.set_autocommit(False)
        with pytest.raises(OperationalError):
            look()
    finally:
        other.close()


@postgresql
@pytest.mark.django_db(transaction=True)
def test_a_web_process_sees_nothing_outside_a_request(monkeypatch):
    keep(new_row("cases_case", OURS, PERSON))
    monkeypatch.setattr("gapura.foundation.isolation._outside_requests", NOBODY)
    connection.close()
    try:
        assert current_scope() == NOBODY
        assert count_cases() == 0
        with pytest.raises(DatabaseError, match="row-level security"):
            run(
                "INSERT INTO notifications_message (recipient, kind, context, case_number, created_at) "
                "VALUES ('1', 'x', '{}', '', now())"
            )
        with as_house("the control"):
            assert count_cases() == 1
    finally:
        connection.close()


@pytest.mark.django_db
def test_a_request_has_the_scope_of_who_signed_in(monkeypatch):
    seen = []
    monkeypatch.setattr("gapura.kernel.identity.middleware.scoped", lambda scope: seen.append(scope) or scoped(scope))
    Client().get("/")
    assert seen == [NOBODY]
    assert scope_of_actor(official("civil.registrar", agency=OURS)) == Scope(agency=OURS)
    assert scope_of_actor(resident(PERSON)) == Scope(persons=(PERSON,))


# The same line on both databases


ACTORS = {
    "official of the agency": official("civil.registrar", "civil.supervisor", agency=OURS),
    "official of another agency": official("civil.registrar", "civil.supervisor", agency=THEIRS),
    "the resident": resident(PERSON),
    "another resident": resident(STRANGER),
    "the house": system_actor("test"),
}
MAY_SEE = {
    "case": {"official of the agency", "the resident"},
    "approval": {"official of the agency"},
    "document": {"the resident", "the house"},
    "message": {"the resident"},
    "access": {"the resident"},
}


def opens(kind, actor, row):
    """Whether the access layer gives the row to the actor."""
    ways = {
        "case": lambda: access_case(actor, row.number),
        "approval": lambda: access_approval(actor, row.pk),
        "document": lambda: access_document(actor, row.code),
        "message": lambda: access_message(actor, row.pk),
        "access": lambda: list_accesses_to(actor.person_number or "", now=NOW)[0],
    }
    try:
        return ways[kind]() is not None
    except (AccessDenied, CaseNotFound, IndexError):
        return False


TABLES = {
    "case": "cases_case",
    "approval": "approvals_request",
    "document": "documents_document",
    "message": "notifications_message",
    "access": "exchange_accessrecord",
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("enforced", [False, True], ids=["by the access layer alone", "and by the database"])
def test_the_access_layer_draws_the_same_line_with_and_without_row_security(kind, enforced):
    row = new_row(TABLES[kind], OURS, PERSON)
    if kind == "approval":
        row.role, row.office_code, row.requested_by_person = "civil.supervisor", "31.71", STRANGER
    if kind == "document":
        row.code = new_code()
    if kind == "case":
        row.office_code = "31.71"
    keep(row)
    seen = set()
    for name, actor in ACTORS.items():
        scope = scope_of_actor(actor) if enforced and name != "the house" else HOUSE
        with scoped(scope):
            if opens(kind, actor, row):
                seen.add(name)
    assert seen == MAY_SEE[kind]


# As in production: three roles, each process as its own


@postgresql
def test_the_roles_of_a_deployment_migrate_serve_and_work():
    base = settings.DATABASES["default"]
    name = f"roles_{random.randrange(10**9)}"
    server = f"postgresql://%s@/%s?host={base['HOST']}"
    psql = ["psql", "--quiet", "--set=ON_ERROR_STOP=1"]
    superuser = base["USER"]
    subprocess.run([*psql, server % (superuser, "postgres"), "--command", f"CREATE DATABASE {name}"], check=True)

    def gapura(role, *words):
        command = [sys.executable, "-m", "django", *words]
        environment = os.environ | {"GAPURA_DATABASE": server % (role, name)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=200)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    try:
        roles = ROOT / "deploy/postgresql/roles.sql"
        subprocess.run([*psql, server % (superuser, name), "--file", str(roles)], check=True, capture_output=True)
        gapura("gapura_owner", "migrate", "--verbosity=0")
        write = "INSERT INTO notifications_message (recipient, kind, context, case_number, created_at) "
        write += "VALUES ('1', 'case_received', '{}', '', now())"
        count = "from gapura.kernel.notifications.queries import count_unread; print('sees', count_unread('1'))"
        insert = f"from django.db import connection; connection.cursor().execute({write!r})"
        gapura("gapura_worker", "shell", "--no-imports", "--command", insert)
        assert "sees 1" in gapura("gapura_worker", "shell", "--no-imports", "--command", count)
        as_web = f"from gapura.foundation.isolation import *; close_outside_requests(); {count}"
        assert "sees 0" in gapura("gapura_app", "shell", "--no-imports", "--command", as_web)
        for role, is_warned in (("gapura_app", False), ("gapura_worker", False), ("gapura_owner", True)):
            assert ("gapura.W001" in gapura(role, "check", "--database", "default")) == is_warned
    finally:
        drop = f"DROP DATABASE {name} WITH (FORCE)"
        subprocess.run([*psql, server % (superuser, "postgres"), "--command", drop], check=True)
