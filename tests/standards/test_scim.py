"""The SCIM server against a public tester, which discovers what is offered and tries all of it."""

from collections import Counter

import pytest
from django.core.handlers.wsgi import WSGIHandler

from gapura.foundation import clock
from gapura.kernel.appointments.testing import make_token

pytestmark = pytest.mark.django_db(transaction=True)  # each call is a request of its own, with its own transactions


def test_a_public_tester_finds_nothing_wrong() -> None:
    # Here and not above: the tester looks through every module that imports it, a quarter of collecting all tests.
    from scim2_client.engines.wsgi import WSGISCIMClient
    from scim2_tester import Status, check_server

    _token, value = make_token(now=clock.now())
    client = WSGISCIMClient(
        WSGIHandler(),
        base_url="http://localhost/scim/v2",
        environ={"HTTP_AUTHORIZATION": f"Bearer {value}", "HTTP_HOST": "localhost"},
    )
    results = check_server(client)
    wrong = [f"{one.title}: {one.reason}" for one in results if one.status not in (Status.SUCCESS, Status.SKIPPED)]
    assert not wrong, "\n".join(wrong)
    assert Counter(one.status for one in results)[Status.SUCCESS] > 60
