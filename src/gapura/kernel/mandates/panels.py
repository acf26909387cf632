"""What the page "As whom do you want to act?" says about acting for another."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from gapura.kernel.identity.plugin import CapacityPanel


class ActForAnother(CapacityPanel):
    def show(self, request: HttpRequest) -> SafeString:
        return SafeString(render_to_string("mandates/capacity.html", request=request))
