"""Who gets where on the pages of the login package."""

from tests.access import LOGIN, NOBODY, OPEN, STAFF, row, seen

AGAIN = seen(others=302)  # asks for the password once more first
OLD_ADDRESSES = ("social/connections/", "social/login/cancelled/", "social/login/error/", "social/signup/")

ACCESS = {
    "account_login": row(seen(visitor=200, others=302)),
    "account_logout": row(seen(visitor=302, others=200)),
    "account_inactive": row(OPEN),
    "account_reauthenticate": row(STAFF),
    "account_change_password": row(STAFF),
    "account_set_password": row(AGAIN),
    "account_reset_password_from_key": row(OPEN, args=lambda _world: ["1", "no-such-key"]),
    "account_reset_password_from_key_done": row(OPEN),
    "mfa_index": row(STAFF),
    "mfa_authenticate": row(seen(others=302)),
    "mfa_reauthenticate": row(seen(others=302)),
    "mfa_activate_totp": row(AGAIN),
    "mfa_deactivate_totp": row(NOBODY | {"visitor": LOGIN}),
    "mfa_view_recovery_codes": row(NOBODY | {"visitor": LOGIN}),
    "mfa_generate_recovery_codes": row(AGAIN),
    "mfa_download_recovery_codes": row(NOBODY | {"visitor": LOGIN}),
    "account_confirm_login_code": row(seen(others=302)),
    "account_signup": row(NOBODY),
    "account_email": row(NOBODY),
    "account_email_verification_sent": row(NOBODY),
    "account_confirm_email": row(NOBODY, args=lambda _world: ["key"]),
    "account_reset_password": row(NOBODY),
    "account_reset_password_done": row(NOBODY),
    "socialaccount_signup": row(NOBODY),
    "socialaccount_connections": row(NOBODY),
    "socialaccount_login_cancelled": row(OPEN),
    "socialaccount_login_error": row(dict.fromkeys(OPEN, 401)),
    **{name: row(NOBODY, path=f"/accounts/{name}") for name in OLD_ADDRESSES},
    # no identity server is set in tests; tests/workbench/test_sign_in.py sets one
    "openid_connect_login": row(NOBODY, args=lambda _world: ["oidc"]),
    "openid_connect_callback": row(NOBODY, args=lambda _world: ["oidc"]),
}
