"""No file that people send is kept, so nobody can fill the house; whoever adds a form that keeps one, adds a quota."""

from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client

from gapura.config.openapi import list_routes
from gapura.kernel.documents.forms import FileForm
from gapura.kernel.identity.testing import PASSWORD, make_resident
from gapura.sectors.invoicing.forms import UploadForm
from gapura.sectors.office.forms.archive import ReceiptForm
from gapura.sectors.office.forms.drafts import DraftFileForm
from gapura.sectors.office.forms.letters import LetterFileForm
from gapura.sectors.office.forms.meetings import IcsForm
from gapura.sectors.office.forms.registering import PaperLetterForm
from gapura.sectors.withholding.forms import DeliveryForm

# The forms that take a file, and what becomes of it.
TAKES_FILES = {
    FileForm: "compared with our documents and forgotten",
    ReceiptForm: "read, and kept as the receipt and its seal if it is for a packet that was sent",
    DeliveryForm: "read in the sandbox, and kept as rows; the file itself until they are judged",
    DraftFileForm: "judged in the sandbox and kept with the draft, sixty of them, or read there into its text",
    UploadForm: "read in the sandbox, and kept as the invoices that were in it",
    IcsForm: "read in the sandbox, and kept as the entries or the reply that were in it",
    PaperLetterForm: "judged in the sandbox, and kept as the scan of a letter that a registrar enters",
    LetterFileForm: "opened in the sandbox, drawn anew or judged, and kept with the letter: five of them, 20 letters",
}


def list_forms_with_files(known: type[forms.BaseForm] = forms.BaseForm) -> set[type]:
    """Every form of the house, found as a subclass, that has a field for files."""
    found = {one for one in known.__subclasses__() for one in {one, *list_forms_with_files(one)}}
    fields = {one: getattr(one, "base_fields", {}).values() for one in found if one.__module__.startswith("gapura.")}
    return {one for one, its in fields.items() if any(isinstance(field, forms.FileField) for field in its)}


def list_columns_for_files() -> list[str]:
    fields = (field for model in apps.get_models() for field in model._meta.get_fields())
    return [str(field) for field in fields if isinstance(field, models.FileField)]


def test_only_declared_forms_take_files_and_no_table_keeps_them() -> None:
    list(list_routes())  # so that every form is loaded
    assert list_forms_with_files() == TAKES_FILES.keys()
    assert list_columns_for_files() == []


def test_a_form_that_takes_files_is_found() -> None:
    planted = type("Planted", (forms.Form,), {"paper": forms.FileField(), "__module__": "gapura.planted"})
    assert planted in list_forms_with_files()
    planted.__module__ = "elsewhere"


def count_rows() -> dict[str, int]:
    return {model._meta.db_table: model._base_manager.count() for model in apps.get_models() if model._meta.managed}


def list_files(home: Path) -> set[Path]:
    return {path for path in home.rglob("*") if path.is_file() and "metrics" not in path.parts}


@pytest.mark.django_db
def test_a_hundred_files_leave_nothing_behind(settings: Any) -> None:
    make_resident("siti", person_number="3171014501900001")
    client = Client()
    client.post("/sign-in/", {"login": "siti", "password": PASSWORD})
    rows, files = count_rows(), list_files(Path(settings.GAPURA_HOME))
    for number in range(100):
        content = b"%PDF-1.7 " + str(number).encode() * 5_000
        assert client.post("/verify/", {"file": SimpleUploadedFile("a.pdf", content)}).status_code == 200
    assert count_rows() == rows
    assert list_files(Path(settings.GAPURA_HOME)) == files
