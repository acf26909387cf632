"""The outside providers, below the form that asks for the password."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from gapura.kernel.federation.outside import list_providers
from gapura.kernel.identity.plugin import SignInPanel


class ProviderPanel(SignInPanel):
    """One button a provider; nothing where none is set up."""

    def show_at_sign_in(self, request: HttpRequest) -> SafeString:
        providers = list_providers()
        if not providers:
            return SafeString()
        context = {"providers": providers, "next": request.GET.get("next", "")}
        return mark_safe(render_to_string("federation/providers.html", context, request))  # noqa: S308 – our template

    def show_at_second_factor(self, request: HttpRequest) -> SafeString:
        return SafeString()
