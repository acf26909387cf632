"""The bars above every page that say in what part one is here. Modules register their own in ``apps.ready``."""

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Banner:
    """``template`` stands above every page while the request's attribute ``shown_for`` holds something."""

    template: str
    shown_for: str
    order: int


_banners: dict[str, Banner] = {}


def register_banner(banner: Banner) -> None:
    """Add a banner; the last one registered for a template stands."""
    _banners[banner.template] = banner


def list_banners(request: HttpRequest) -> list[Banner]:
    """What stands above a page of this request, from the top."""
    shown = [banner for banner in _banners.values() if getattr(request, banner.shown_for, None)]
    return sorted(shown, key=lambda banner: (banner.order, banner.template))
