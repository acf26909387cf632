"""Addresses of sign-in and security. The library looks for its own names, other modules for ours."""

from django.urls import include, path

from gapura.kernel.identity import views

_ours = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
    path("sign-in/step-up/", views.step_up, name="step-up"),
    path("capacity/", views.choose_capacity, name="capacity"),
    path("language/", views.set_language, name="language"),
    path("security/", views.show_security, name="security"),
    path("security/sessions/end/", views.end_session, name="end-sessions"),
    path("security/sessions/<int:session_id>/end/", views.end_session, name="end-session"),
]

urlpatterns = [
    path("", include((_ours, "identity"))),
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
    path("sign-in/code/", views.SecondFactor.as_view(), name="mfa_authenticate"),
    path("sign-out/", views.SignOut.as_view(), name="account_logout"),
    path("confirm/", views.ConfirmPassword.as_view(), name="account_reauthenticate"),
    path("confirm/code/", views.ConfirmCode.as_view(), name="mfa_reauthenticate"),
    path("security/", views.show_security, name="mfa_index"),
    path("security/password/", views.ChangePassword.as_view(), name="account_change_password"),
    path("security/second-factor/", views.AddSecondFactor.as_view(), name="mfa_activate_totp"),
    path("security/second-factor/remove/", views.RemoveSecondFactor.as_view(), name="mfa_deactivate_totp"),
    path("security/recovery-codes/", views.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("security/recovery-codes/new/", views.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
]
