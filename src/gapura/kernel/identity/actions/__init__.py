"""Accounts and their proofs, posts and who holds them, and every attempt to sign in."""

from gapura.kernel.identity.actions.accounts import (
    change_language,
    create_account,
    disable_account,
    end_proof,
    end_sessions,
    prove_identity,
    record_credentials_change,
    register_authenticator,
    set_password,
)
from gapura.kernel.identity.actions.posts import appoint_official, create_post, end_appointment
from gapura.kernel.identity.actions.sign_in import (
    accept_code,
    check_password,
    forget_old_traces,
    new_device_token,
    record_capacity,
    record_denial,
    record_failure,
    record_sign_in,
    record_sign_out,
    require_attempts_left,
)

__all__ = [
    "accept_code",
    "appoint_official",
    "change_language",
    "check_password",
    "create_account",
    "create_post",
    "disable_account",
    "end_appointment",
    "end_proof",
    "end_sessions",
    "forget_old_traces",
    "new_device_token",
    "prove_identity",
    "record_capacity",
    "record_credentials_change",
    "record_denial",
    "record_failure",
    "record_sign_in",
    "record_sign_out",
    "register_authenticator",
    "require_attempts_left",
    "set_password",
]
