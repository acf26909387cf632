"""Registering sites, agreeing to them, opening and ending sessions there, and linking outside sign-ins."""

from gapura.kernel.federation.actions.authorization import (
    connect_site,
    open_site_session,
    push_request,
    take_pushed_request,
)
from gapura.kernel.federation.actions.clients import end_client, propose_client, register_client, renew_secret
from gapura.kernel.federation.actions.outside import (
    link_outside_sign_in,
    record_wrong_person,
    unlink_outside_sign_in,
    use_outside_sign_in,
)
from gapura.kernel.federation.actions.release import release_claims
from gapura.kernel.federation.actions.sessions import disconnect_site, end_orphaned_sessions, end_site_sessions
from gapura.kernel.federation.actions.tokens import redeem_code, redeem_refresh_token, revoke_token

__all__ = [
    "connect_site",
    "disconnect_site",
    "end_client",
    "end_orphaned_sessions",
    "end_site_sessions",
    "link_outside_sign_in",
    "open_site_session",
    "propose_client",
    "push_request",
    "record_wrong_person",
    "redeem_code",
    "redeem_refresh_token",
    "register_client",
    "release_claims",
    "renew_secret",
    "revoke_token",
    "take_pushed_request",
    "unlink_outside_sign_in",
    "use_outside_sign_in",
]
