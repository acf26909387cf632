"""Ending sessions at sites, and telling the sites."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.federation.events import SiteDisconnected, SiteSessionEnded
from gapura.kernel.federation.models import Connection, SiteSession
from gapura.kernel.federation.permissions import can_use_own_identity
from gapura.kernel.federation.queries import list_orphaned_sessions
from gapura.kernel.federation.types import SessionEnd
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import publish


def end_site_sessions(*, actor: Actor, sessions: Sequence[SiteSession], reason: SessionEnd, now: datetime) -> None:
    """End sessions with everything issued in them; ended ones stay as they are. Publishes SiteSessionEnded."""
    with transaction.atomic():
        for session in sessions:
            still_open = SiteSession.objects.filter(pk=session.pk, ended_at__isnull=True)
            if not still_open.update(ended_at=now, end_reason=reason):
                continue
            record_event(
                actor=actor,
                action="federation.site_session_ended",
                subject=session.connection.person_number,
                object_ref=f"client:{session.connection.client_id}",
                detail={"session": session.pk, "reason": reason.value},
            )
            publish(SiteSessionEnded(session_id=session.pk))


def disconnect_site(*, actor: Actor, connection_id: int, now: datetime) -> None:
    """Take back what the person agreed to with a site: it learns nothing more from this moment.

    Raises AccessDenied when it is not the actor's own connection. Publishes SiteDisconnected.
    """
    with transaction.atomic():
        connection = Connection.objects.select_for_update().filter(pk=connection_id, ended_at__isnull=True).first()
        if connection is None or not can_use_own_identity(actor) or connection.person_number != actor.person_number:
            raise AccessDenied
        connection.ended_at = now
        connection.save(update_fields=["ended_at"])
        sessions = SiteSession.objects.select_related("connection").filter(connection=connection)
        end_site_sessions(
            actor=actor,
            sessions=list(sessions.filter(ended_at__isnull=True).order_by("pk")),
            reason=SessionEnd.DISCONNECTED,
            now=now,
        )
        record_event(
            actor=actor,
            action="federation.site_disconnected",
            subject=connection.person_number,
            object_ref=f"client:{connection.client_id}",
        )
        publish(SiteDisconnected(client_id=connection.client_id, person_number=connection.person_number))


def end_orphaned_sessions(*, actor: Actor, now: datetime) -> int:
    """End sessions at sites whose person is no longer signed in here, however that ended; returns how many."""
    orphaned = list_orphaned_sessions()
    end_site_sessions(actor=actor, sessions=orphaned, reason=SessionEnd.SESSION_GONE, now=now)
    return len(orphaned)
