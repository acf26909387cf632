"""Whom the old school loses is told to it by whoever places pupils, and by nobody else."""

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.queries import AuditEvent
from gapura.kernel.identity.testing import make_official, sign_in
from gapura.kernel.worklist.actions import open_work
from gapura.kernel.worklist.queries import find_open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.education.actions import TELL
from gapura.sectors.education.permissions import PLACEMENT
from gapura.sectors.education.testing import EnrollmentEntry, make_departure

pytestmark = pytest.mark.django_db
ANI = "3171014101130001"


def at_the_desk(post: str, role: str, person_number: str) -> Client:
    browser = Client(headers={"Accept-Language": "en"})
    account = make_official("clerk", person_number=person_number, post_code=post, roles=[role])
    sign_in(browser, account, post_code=post)
    return browser


def lay_down(left: EnrollmentEntry) -> str:
    ref, path = f"enrollment:{left.pk}", f"/desk/education/departures/{left.pk}/"
    holder = Holder.role("kemendikdasmen", "", PLACEMENT)
    open_work(kind=TELL, object_ref=ref, holder=holder, title="A > B", path=path, now=clock.now())
    return path


def test_the_old_school_is_told_once_and_each_look_is_logged() -> None:
    left = make_departure(ANI)
    path, officer = lay_down(left), at_the_desk("kemendikdasmen//schools", PLACEMENT, "3171010101800061")
    page = officer.get(path).content.decode()
    assert "Sekolah 1 (20100001)" in page
    assert "Sekolah 2 (20100002)" in page
    assert "has been told</button>" in page
    assert "Nothing is left to do here" in officer.post(path, follow=True).content.decode()
    assert not find_open_work(kind=TELL, object_ref=f"enrollment:{left.pk}")
    officer.post(path)
    told = AuditEvent.objects.filter(subject=ANI, action__startswith="education.").order_by("pk")
    actions = list(told.values_list("action", flat=True))
    assert actions == ["education.departure_read", "education.departure_told", "education.departure_read"]


@pytest.mark.parametrize(
    ("post", "role"),
    [("kemendikdasmen//clerk", "audit.auditor"), ("dukcapil//schools", PLACEMENT)],
    ids=["another role", "another agency"],
)
def test_it_does_not_exist_for_others(post: str, role: str) -> None:
    left = make_departure(ANI)
    path, stranger = lay_down(left), at_the_desk(post, role, "3171010101800062")
    assert stranger.get(path).status_code == 404
    assert stranger.post(path).status_code == 404
    assert find_open_work(kind=TELL, object_ref=f"enrollment:{left.pk}")
    assert not AuditEvent.objects.filter(subject=ANI, action__startswith="education.").exists()


def test_who_is_still_at_school_left_nowhere() -> None:
    make_departure(ANI)
    officer = at_the_desk("kemendikdasmen//schools", PLACEMENT, "3171010101800061")
    present = EnrollmentEntry.objects.get(number=ANI, valid_until=None)
    assert officer.get(f"/desk/education/departures/{present.pk}/").status_code == 404
