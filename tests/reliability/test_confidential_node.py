"""A house without the justice registers asks the node that has them, through the guard, and gets a yes or a no."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.reliability.confidential_node import (
    OPENING,
    UNKNOWN,
    WANTED,
    ConfidentialNodes,
    fields,
    question,
    running,
)
from tests.reliability.two_nodes import Node

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
TRAVEL = question("has-travel-bar")


def read(node: Node, statement: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(node.home / "gapura.sqlite3")
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def test_a_house_without_the_registers_learns_whether_there_is_a_bar_and_nothing_else(tmp_path: Path) -> None:
    nodes = ConfidentialNodes(tmp_path)
    nodes.found()
    tables = "SELECT name FROM sqlite_master WHERE name LIKE 'justice_%' AND type = 'table'"
    assert (read(nodes.immigration, tables), len(read(nodes.justice, tables))) == ([], 4)
    with running(nodes):
        assert nodes.ask(WANTED, TRAVEL) == [True]
        assert nodes.ask(UNKNOWN, TRAVEL) == [False]
        _refuse_what_is_not_agreed_or_not_declared(nodes)
        _log_questions_and_no_answers(nodes)
        _decide_cases_by_the_answer(nodes)
        _let_a_case_wait_for_a_dead_node(nodes)
        _fall_silent_without_the_guard(nodes)
        _pass_the_field_that_a_new_policy_declares(nodes)


def _refuse_what_is_not_agreed_or_not_declared(nodes: ConfidentialNodes) -> None:
    """The agreement lets immigration ask for the class, and the guard's policy does not."""
    answers = nodes.ask(
        WANTED,
        fields("bar_class"),
        question("has-criminal-bar", ground="UU 2/2002 Pasal 15"),
        question("has-travel-bar", ground="UU 2/2002 Pasal 15"),
        question("has-travel-bar", consumer="djp"),
        TRAVEL,
    )
    assert answers == ["provider-unavailable", "provider-unavailable", "field-not-agreed", "no-agreement", True]


def _log_questions_and_no_answers(nodes: ConfidentialNodes) -> None:
    asked = "SELECT subject, question, outcome FROM exchange_accessrecord ORDER BY id"
    assert read(nodes.justice, asked)[:2] == [
        (WANTED, "has-travel-bar", "asked"),
        (UNKNOWN, "has-travel-bar", "asked"),
    ]
    for node in (nodes.immigration, nodes.guard):
        kept = read(node, "SELECT * FROM nodes_messagerecord")
        assert kept
        assert WANTED not in str(kept)


def _decide_cases_by_the_answer(nodes: ConfidentialNodes) -> None:
    """A bar is for an official to judge."""
    assert nodes.apply(WANTED) == "review"


def _let_a_case_wait_for_a_dead_node(nodes: ConfidentialNodes) -> None:
    nodes.justice.kill()
    assert nodes.apply(UNKNOWN) == "received"
    nodes.start_justice()
    assert nodes.apply(UNKNOWN) == "fulfilled"


def _fall_silent_without_the_guard(nodes: ConfidentialNodes) -> None:
    nodes.guard.kill()
    assert nodes.ask(WANTED, TRAVEL) == ["provider-unavailable"]


def _pass_the_field_that_a_new_policy_declares(nodes: ConfidentialNodes) -> None:
    """The control: it was the declaration alone that stopped the class of the bar."""
    nodes.sign_policy(OPENING | {"fields": ["bar_class"]})
    nodes.start_guard()
    assert nodes.ask(WANTED, fields("bar_class"), TRAVEL) == [{"bar_class": "wanted"}, True]
    assert nodes.ask(UNKNOWN, fields("bar_class")) == [{"bar_class": "none"}]
