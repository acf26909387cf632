"""Anybody may read how to ask; what the document allows is what the node accepts."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from gapura.kernel.exchange.plugin import list_evidence_types
from gapura.kernel.exchange.schemas import asked_evidence
from gapura.kernel.exchange.tests.test_asking import QUESTION, REQUEST


@pytest.mark.django_db
def test_every_evidence_type_has_a_document_with_its_fields_and_questions(client: Client) -> None:
    for declared in list_evidence_types():
        document = client.get(f"/exchange/openapi/{declared.code}.json").json()
        assert document["openapi"] == "3.1.0"
        schemas = document["components"]["schemas"]
        assert set(schemas["Answer"]["properties"]["records"]["items"]["properties"]) == declared.field_codes
        assert len(schemas["Request"]["properties"]["question"]["enum"]) == len(declared.questions) + 1
    assert client.get("/exchange/openapi/no.such.json").status_code == 404


def test_the_command_prints_the_same_document_and_names_what_there_is() -> None:
    out = StringIO()
    call_command("exchange_openapi", "civil.person", stdout=out)
    properties = json.loads(out.getvalue())["components"]["schemas"]["Request"]["properties"]
    for request in (REQUEST, QUESTION):
        assert set(asked_evidence(request, "clerk").model_dump()) <= set(properties)
    with pytest.raises(CommandError, match=r"civil\.person"):
        call_command("exchange_openapi", "no.such")
