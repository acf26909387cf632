"""Signing in as one of the demonstration nation's people with one button.

The buttons send the real sign-in form: what they show is a password and a code that everybody may know,
because they open nothing but invented people. Without ``GAPURA_DEMO`` there is no panel.
"""

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from gapura.demo.queries import DUTIES, STORIES, find_nation
from gapura.demo.types import DEMO_AUTHENTICATOR_SECRET, DEMO_PASSWORD
from gapura.kernel.identity.plugin import SignInPanel


class DemoSignInPanel(SignInPanel):
    def show_at_sign_in(self, request: HttpRequest) -> SafeString:
        nation = find_nation() if settings.GAPURA_DEMO else None
        if nation is None:
            return SafeString("")
        context = {
            "residents": [(resident, STORIES[resident.story]) for resident in nation.residents],
            "officials": [(official, DUTIES[official.duty]) for official in nation.officials],
            "password": DEMO_PASSWORD,
            "next": request.GET.get("next", ""),
        }
        return SafeString(render_to_string("demo/people.html", context, request))

    def show_at_second_factor(self, request: HttpRequest) -> SafeString:
        if not settings.GAPURA_DEMO:
            return SafeString("")
        context = {"code": current_code(), "next": request.GET.get("next", "")}
        return SafeString(render_to_string("demo/code.html", context, request))


def current_code() -> str:
    """What the demonstration officials' authenticators show now."""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(DEMO_AUTHENTICATOR_SECRET, counters[len(counters) // 2]))
