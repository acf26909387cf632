"""Two at once with the same code or refresh token: one gets through, and then neither."""

import pytest
from django.test import Client as Browser

from gapura.foundation.testing import answers_at_once
from gapura.kernel.federation.testing import Site, SiteSession, agree, make_site, sign_in_here
from gapura.kernel.identity.testing import make_resident

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 4


@pytest.fixture
def site(client: Browser) -> Site:
    sign_in_here(client, make_resident())
    return make_site()


def test_a_code_is_exchanged_once_however_many_try_together(client: Browser, site: Site) -> None:
    code = agree(client, site)
    answers = answers_at_once(*[lambda: site.exchange(code).status_code] * TIMES)
    assert sorted(answers) == [200] + [400] * (TIMES - 1)
    assert SiteSession.objects.get().end_reason == "code_replayed"


def test_a_refresh_token_is_used_once_however_many_try_together(client: Browser, site: Site) -> None:
    tokens = site.exchange(agree(client, site, "openid offline_access")).json()
    answers = answers_at_once(
        *[lambda: site.post("token", grant_type="refresh_token", refresh_token=tokens["refresh_token"]).status_code]
        * TIMES
    )
    assert sorted(answers) == [200] + [400] * (TIMES - 1)
    assert SiteSession.objects.get().end_reason == "refresh_replayed"
