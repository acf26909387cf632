"""Half a form kept for later."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from gapura.bundles.models import BundleDraft
from gapura.bundles.queries import get_bundle
from gapura.bundles.types import BundleNotFound
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, ActorKind


def save_draft(*, actor: Actor, code: str, answers: Mapping[str, Mapping[str, str]], now: datetime) -> BundleDraft:
    """Keep what was written, unjudged, in the place of what was kept before. Raises BundleNotFound."""
    bundle = get_bundle(code)
    if actor.kind is not ActorKind.RESIDENT or actor.person_number is None or actor.principal is not None:
        raise BundleNotFound(code)
    with transaction.atomic():
        draft, _new = BundleDraft.objects.update_or_create(
            applicant=actor.person_number,
            bundle_code=bundle.code,
            defaults={"answers": answers, "saved_at": now},
        )
        record_event(
            actor=actor,
            action="bundles.draft_saved",
            subject=actor.person_number,
            object_ref=f"bundle-draft:{draft.pk}",
            detail={"bundle": bundle.code},
        )
        return draft
