"""Addresses of sign-in, security and the counter. The library looks for its own names, other modules for ours."""

from django.urls import include, path

from gapura.kernel.identity.views import counter, phone, security, sign_in, stopping

_ours = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-in/passkey/", sign_in.PasskeySignIn.as_view(), name="passkey-sign-in"),
    path("sign-in/phone/", phone.sign_in_by_phone, name="phone-sign-in"),
    path("sign-in/phone/<str:secret>/", phone.confirm_on_phone, name="confirm-phone"),
    path("sign-in/step-up/", sign_in.step_up, name="step-up"),
    path("sign-in/proof/", sign_in.show_weak_proof, name="weak-proof"),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign-out"),
    path("stop/<str:token>/", stopping.stop_by_link, name="stop-by-link"),
    path("activate/", counter.activate, name="activate"),
    path("activate/credentials/", counter.choose_credentials, name="choose-credentials"),
    path("desk/accounts/", counter.show_counter, name="counter"),
    path("desk/accounts/<int:visit_id>/", counter.show_visit, name="visit"),
    path("capacity/", sign_in.choose_capacity, name="capacity"),
    path("language/", sign_in.set_language, name="language"),
    path("security/", security.show_security, name="security"),
    path("security/stop/", stopping.stop, name="stop"),
    path("security/passkeys/new/", security.new_passkey, name="new-passkey"),
    path("security/passkeys/<int:passkey_id>/", security.change_passkey, name="passkey"),
    path("security/sessions/end/", security.end_session, name="end-sessions"),
    path("security/sessions/<int:session_id>/end/", security.end_session, name="end-session"),
]

urlpatterns = [
    path("", include((_ours, "identity"))),
    path("sign-in/", sign_in.SignIn.as_view(), name="account_login"),
    path("sign-in/code/", sign_in.SecondFactor.as_view(), name="mfa_authenticate"),
    path("sign-out/", sign_in.SignOut.as_view(), name="account_logout"),
    path("confirm/", sign_in.ConfirmPassword.as_view(), name="account_reauthenticate"),
    path("confirm/code/", sign_in.ConfirmCode.as_view(), name="mfa_reauthenticate"),
    path("confirm/passkey/", sign_in.ConfirmPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("security/", security.show_security, name="mfa_index"),
    path("security/password/", security.ChangePassword.as_view(), name="account_change_password"),
    path("security/second-factor/", security.AddSecondFactor.as_view(), name="mfa_activate_totp"),
    path("security/second-factor/remove/", security.RemoveSecondFactor.as_view(), name="mfa_deactivate_totp"),
    path("security/recovery-codes/", security.recovery_codes, name="mfa_view_recovery_codes"),
]
