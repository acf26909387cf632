"""An official sees at once that a register answered from memory, and when it said so."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from gapura.desk.tests.conftest import SignIn
from gapura.desk.tests.office import NOW
from gapura.desk.tests.test_pages import page
from gapura.desk.views import cases as views

MARK = "This is an earlier answer"


def test_an_earlier_answer_is_marked_with_its_time(
    knock: SignIn, case_number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    registrar = knock("registrar")
    address = reverse("desk:case-action", args=[case_number, "evidence"])
    assert MARK not in page(registrar.post(address))
    view = views.view_evidence
    said_at = NOW - timedelta(hours=3)

    def view_from_memory(**asked: Any) -> list[Any]:
        return [replace(one, stale_since=said_at) for one in view(**asked)]

    monkeypatch.setattr(views, "view_evidence", view_from_memory)
    shown = page(registrar.post(address))
    assert MARK in shown
    assert "The register does not answer now" in shown
    assert "Ani Wijaya" in shown
