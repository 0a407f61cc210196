"""
The pages of allauth that hyllan has: signing in and out, the password and the second factor.

Named here one by one: sign-up, e-mail addresses and password reset by mail do not exist. The names
are allauth's own, since it looks its pages up by them.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from axes.decorators import axes_dispatch
from django.urls import URLPattern, path

from hyllan.region import views
from hyllan.region.access import STAFF, needs_role

for_staff = needs_role(*STAFF)

urlpatterns: list[URLPattern] = [
    path("login/", axes_dispatch(account.login), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", for_staff(account.password_change), name="account_change_password"),
    path("second-factor/", for_staff(mfa.index), name="mfa_index"),
    path("second-factor/code/", mfa.authenticate, name="mfa_authenticate"),
    path("second-factor/code-again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/activate/", for_staff(views.activate_totp), name="mfa_activate_totp"),
    path("second-factor/deactivate/", for_staff(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "second-factor/recovery-codes/",
        for_staff(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "second-factor/recovery-codes/new/",
        for_staff(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
]
