"""Eight people save the same draft at the same moment: every word of everybody is in a version, and in the text."""

from functools import partial

import pytest

from gapura.foundation.testing import at_once
from gapura.sectors.office.actions.drafts import create_draft, save_draft
from gapura.sectors.office.models import DocumentVersion
from gapura.sectors.office.queries import list_unit_tasks
from gapura.sectors.office.testing import NOW, make_office

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
WRITERS = 8


@pytest.mark.postgresql_only  # SQLite has one writer at a time
def test_eight_who_save_at_once_lose_nothing():
    office = make_office()
    task = list_unit_tasks(agency_code="kemenpan-rb")[0].code
    body = "".join(f"Paragraph {number}.\n\n" for number in range(WRITERS))
    document = create_draft(actor=office.analyst, form="note", title="T", task_code=task, body=body, now=NOW)

    def write(number):
        mine = body.replace(f"Paragraph {number}.", f"Paragraph {number} by writer {number}.")
        save_draft(actor=office.analyst, code=document.code, base=1, title="T", body=mine, fields={}, now=NOW)

    assert at_once(*[partial(write, number) for number in range(WRITERS)]) == [None] * WRITERS
    document.refresh_from_db()
    for number in range(WRITERS):
        assert f"Paragraph {number} by writer {number}." in document.body
    numbers = list(DocumentVersion.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, document.version + 1))
    assert document.version == 2 * WRITERS  # the first writer's is one version, each later one's two
