"""Drafts: what was filled in so far, without any check."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.sectors.invoicing.models import Draft
from gapura.sectors.invoicing.queries.invoices import access_draft, require_business


def save_draft(*, actor: Actor, form: Mapping[str, str], draft_id: int | None, now: datetime) -> Draft:
    """Keep the form for later. Raises AccessDenied."""
    seller = require_business(actor)
    with transaction.atomic():
        draft = access_draft(actor, draft_id) if draft_id else Draft(seller=seller)
        draft.form, draft.buyer = dict(form), form.get("buyer_number", "")[:13]
        draft.saved_by, draft.saved_at = actor.person_number or "", now
        draft.save()
        _record(actor, "invoicing.draft_saved", draft)
    return draft


def drop_draft(*, actor: Actor, draft_id: int) -> None:
    """Forget a draft: it was issued, or is not wanted. Raises AccessDenied."""
    with transaction.atomic():
        draft = access_draft(actor, draft_id)
        _record(actor, "invoicing.draft_dropped", draft)
        draft.delete()


def _record(actor: Actor, action: str, draft: Draft) -> None:
    record_event(actor=actor, action=action, subject=draft.seller, object_ref=f"invoice-draft:{draft.pk}")
