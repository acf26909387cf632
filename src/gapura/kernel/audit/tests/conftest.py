import pytest

from gapura.kernel.audit.actions import integrate_events, record_events
from gapura.kernel.audit.types import NewEvent, system_actor

WRITER = system_actor("test")
PERSON = "3171014101010001"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    """Each test has its own log key and its own published log."""
    settings.GAPURA_HOME = tmp_path
    return tmp_path


@pytest.fixture
def write_events():
    """Write so many events; returns nothing, like a busy day."""

    def write(number, case_number="C-1"):
        record_events(
            actor=WRITER,
            events=[
                NewEvent(
                    "cases.submitted",
                    subject=PERSON,
                    object_ref=f"case:{place}",
                    case_number=case_number,
                    detail={"place": place, "name": "Siti Nurhaliza", "on": "2026-01-31"},
                )
                for place in range(number)
            ],
        )

    return write


@pytest.fixture
def log_of(write_events):
    """A log grown in batches, each with its checkpoint."""

    def grow(*batches):
        for batch in batches:
            write_events(batch)
            integrate_events()

    return grow
