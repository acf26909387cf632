"""``gapura services check`` judges bundles with the services they name."""

import pytest
from django.core.management import CommandError, call_command

from gapura.bundles.definitions import list_bundles
from gapura.bundles.types import BadBundle
from gapura.kernel.catalogue.plugin import register_companions

pytestmark = pytest.mark.django_db


def test_the_check_counts_the_bundles(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("services_check")
    assert f"{len(list_bundles())} bundles: no mistakes." in capsys.readouterr().out


def test_a_bundle_that_names_nothing_fails_the_check() -> None:
    def count() -> int:
        raise BadBundle("broken.yaml: one: there is no service 'gone'.")

    register_companions("bundles", count)
    try:
        with pytest.raises(CommandError, match=r"bundles: broken\.yaml: one: there is no service 'gone'"):
            call_command("services_check")
    finally:
        register_companions("bundles", lambda: len(list_bundles()))
