"""The catalogue as others read it: CPSV-AP for machines, the reference for people, the check for authors."""

import json
import warnings
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from rdflib import RDF, Graph, Namespace
from rdflib.namespace import DCTERMS, SKOS, XSD

from gapura.kernel.catalogue import queries
from gapura.kernel.catalogue.cpsv_ap import write_catalogue, write_service

ON = date(2026, 3, 2)
CPSV = Namespace("http://purl.org/vocab/cpsv#")
CV = Namespace("http://data.europa.eu/m8g/")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
ELI = Namespace("http://data.europa.eu/eli/ontology#")

MANDATORY = {
    CPSV.PublicService: [DCTERMS.identifier, DCTERMS.title, DCTERMS.description, CV.hasCompetentAuthority],
    CV.PublicOrganisation: [DCTERMS.identifier, DCTERMS.title, SKOS.prefLabel, DCTERMS.spatial],
    CV.Output: [DCTERMS.identifier, DCTERMS.title],
    CV.LifeEvent: [DCTERMS.identifier, DCTERMS.title],
    CV.Requirement: [DCTERMS.identifier, DCTERMS.title],
    CV.EvidenceType: [DCTERMS.identifier],
    CV.Channel: [DCTERMS.identifier],
    CV.Cost: [DCTERMS.identifier],
    ELI.LegalResource: [],
}


def graph_of(node):
    with warnings.catch_warnings():  # rdflib's parser uses what rdflib itself has deprecated
        warnings.simplefilter("ignore", DeprecationWarning)
        return Graph().parse(data=json.dumps(node), format="json-ld")


@pytest.fixture(scope="module")
def catalogue():
    return graph_of(write_catalogue(queries.list_services(on=ON)))


@pytest.mark.parametrize("kind", MANDATORY, ids=lambda kind: kind.split("/")[-1].split("#")[-1])
def test_every_class_of_the_profile_has_its_mandatory_properties(catalogue, kind):
    nodes = list(catalogue.subjects(RDF.type, kind))

    assert nodes
    for node in nodes:
        for needed in MANDATORY[kind]:
            assert (node, needed, None) in catalogue, (node, needed)


def test_the_data_set_holds_every_service_in_force(catalogue):
    (data_set,) = catalogue.subjects(RDF.type, DCAT.Dataset)

    assert set(catalogue.objects(data_set, DCTERMS.hasPart)) == set(catalogue.subjects(RDF.type, CPSV.PublicService))
    assert len(set(catalogue.objects(data_set, DCTERMS.hasPart))) == len(queries.list_services(on=ON))


def test_texts_carry_their_language_and_values_their_type():
    graph = graph_of(write_service(queries.get_service("civil.family-card", on=ON)))
    (card,) = graph.subjects(RDF.type, CPSV.PublicService)

    assert {title.language for title in graph.objects(card, DCTERMS.title)} == {"id", "en", "ko"}
    assert graph.value(card, CV.processingTime).datatype == XSD.duration
    cost = graph.value(card, CV.hasCost)
    assert float(graph.value(cost, CV.hasValue)) == 0
    assert str(graph.value(cost, CV.currency)).endswith("/IDR")
    assert graph.value(card, CPSV.produces) in set(graph.subjects(RDF.type, CV.Output))
    assert len(list(graph.objects(card, CV.hasInputType))) == 2
    assert len(list(graph.objects(card, CV.isGroupedBy))) == 3
    assert len(list(graph.objects(card, CV.hasLegalResource))) == 3
    assert len(list(graph.objects(card, CV.holdsRequirement))) == 1


def test_the_published_reference_is_the_one_the_files_give(capsys):
    call_command("services_reference")
    file = (
        next(parent for parent in Path(__file__).parents if (parent / "docs").is_dir()) / "docs/reference/services.md"
    )

    assert capsys.readouterr().out == file.read_text(encoding="utf-8"), (
        "Run: gapura services reference > docs/reference/services.md"
    )


def test_the_export_command_writes_json_ld(capsys):
    call_command("services_export")

    assert "civil.family-card" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_check_says_how_much_is_right(draft, capsys):
    call_command("services_check")
    call_command("services_check", str(draft.country.root))

    *_companions, here, there = capsys.readouterr().out.splitlines()
    assert here == there
    assert here.endswith("no mistakes.")


def test_the_check_names_every_mistake_and_fails(draft, capsys):
    draft.change("services/civil.family-card.yaml", "agency: dukcapil", "agency: nobody")

    with pytest.raises(CommandError, match="1 mistakes"):
        call_command("services_check", str(draft.country.root))

    assert "civil.family-card.yaml:" in capsys.readouterr().err
