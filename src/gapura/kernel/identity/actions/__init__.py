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
from gapura.kernel.identity.actions.counter import activate_account, decide_visit, enter_visit, start_activation
from gapura.kernel.identity.actions.passkeys import (
    accept_passkey,
    add_passkey,
    record_passkey_refused,
    remove_passkey,
    rename_passkey,
)
from gapura.kernel.identity.actions.phone import PhoneConfirmation, ask_phone, confirm_phone, take_phone
from gapura.kernel.identity.actions.posts import appoint_official, change_post, create_post, end_appointment
from gapura.kernel.identity.actions.recovery_codes import make_recovery_codes, use_recovery_code
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
    record_step_up,
    require_attempts_left,
)
from gapura.kernel.identity.actions.stops import stop_account
from gapura.kernel.identity.actions.units import create_unit, merge_units, place_post

__all__ = [
    "PhoneConfirmation",
    "accept_code",
    "accept_passkey",
    "activate_account",
    "add_passkey",
    "appoint_official",
    "ask_phone",
    "change_language",
    "change_post",
    "check_password",
    "confirm_phone",
    "create_account",
    "create_post",
    "create_unit",
    "decide_visit",
    "disable_account",
    "end_appointment",
    "end_proof",
    "end_sessions",
    "enter_visit",
    "forget_old_traces",
    "make_recovery_codes",
    "merge_units",
    "new_device_token",
    "place_post",
    "prove_identity",
    "record_capacity",
    "record_credentials_change",
    "record_denial",
    "record_failure",
    "record_passkey_refused",
    "record_sign_in",
    "record_sign_out",
    "record_step_up",
    "register_authenticator",
    "remove_passkey",
    "rename_passkey",
    "require_attempts_left",
    "set_password",
    "start_activation",
    "stop_account",
    "take_phone",
    "use_recovery_code",
]
