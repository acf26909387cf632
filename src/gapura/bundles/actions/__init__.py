"""Asking for a bundle, and taking it further."""

from gapura.bundles.actions.drafts import save_draft
from gapura.bundles.actions.people import offer_people
from gapura.bundles.actions.progress import advance_request, advance_waiting
from gapura.bundles.actions.requests import request_bundle

__all__ = ["advance_request", "advance_waiting", "offer_people", "request_bundle", "save_draft"]
