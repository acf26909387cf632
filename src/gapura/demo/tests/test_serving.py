"""A demonstration is served as one or not at all: everybody knows its passwords."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from gapura.demo.models import NationRecord
from gapura.demo.queries import find_why_not_to_serve
from gapura.foundation import clock

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("has_nation", "is_demo", "refused"), [(1, 0, 1), (1, 1, 0), (0, 0, 0), (0, 1, 0)])
def test_a_demonstration_is_never_served_as_the_real_house(
    settings: Any, has_nation: int, is_demo: int, refused: int
) -> None:
    settings.GAPURA_DEMO = bool(is_demo)
    if has_nation:
        NationRecord.objects.create(reference="test", made_at=clock.now(), summary={})
    assert bool(find_why_not_to_serve()) == bool(refused)
    if refused:
        with pytest.raises(SystemCheckError, match="GAPURA_DEMO=1"):
            call_command("check", "--database", "default", stderr=StringIO())
    else:
        call_command("check", "--database", "default", stdout=StringIO())
