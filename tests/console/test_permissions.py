"""Who may open what: every address, every role, and somebody who has not signed in. What is in no row is closed."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from broadcaster.console.addresses import every_name
from broadcaster.people.roles import Role
from tests.browser.people import signed_in

pytestmark = pytest.mark.django_db

_C, _O, _A, _V = Role.COMMUNICATIONS, Role.OFFICE, Role.ADMINISTRATOR, Role.VIEWER
ALL = frozenset(Role)
SENDERS = frozenset({_C, _O})
WHO_CALL = frozenset({_C, _O, _A})
DISTRICT = frozenset({_C, _A})
WRITERS = frozenset({_C, _O, _A})
#: anybody, signed in or not
OPEN = "open"
#: allauth has it, and we do not use it
CLOSED: frozenset[Role] = frozenset()

#: address -> who may open it. With an id it is asked for what there is not: let in, somebody finds nothing there.
TABLE: dict[str, frozenset[Role] | str] = {
    "front": OPEN,
    "unsubscribe": OPEN,
    "choices": OPEN,
    "read": OPEN,
    "board": OPEN,
    "board:entrance": OPEN,
    "board:feed": OPEN,
    "board:key": OPEN,
    "board:board": OPEN,
    "board:check": OPEN,
    "board:notice": OPEN,
    "console:colours": OPEN,
    "console:welcome": OPEN,
    "console:second-factor": ALL,
    "console:begin": ALL,
    "console:home": ALL,
    "console:broadcasts": ALL,
    "console:new": WRITERS,
    "console:draft-what": WRITERS,
    "console:draft-who": WRITERS,
    "console:draft-when": WRITERS,
    "console:draft-check": WRITERS,
    "console:draft-mail": WRITERS,
    "console:discard": WRITERS,
    "console:again": WRITERS,
    "console:approve": SENDERS,
    "console:broadcast-mail": ALL,
    "console:stop": frozenset({_C, _A}),
    "console:broadcast": ALL,
    "console:cancel": SENDERS,
    "console:act": SENDERS,
    "console:account": ALL,
    "console:end-session": ALL,
    "console:people": frozenset({_A}),
    "console:add-person": frozenset({_A}),
    "console:person": frozenset({_A}),
    "console:ask-person": frozenset({_A}),
    "console:act-person": frozenset({_A}),
    "console:reports": ALL,
    "console:year": ALL,
    "console:year-printed": ALL,
    "console:year-csv": ALL,
    "console:report": ALL,
    "console:report-again": ALL,
    "console:report-printed": ALL,
    "console:report-csv": WHO_CALL,
    "console:letters": WHO_CALL,
    "console:calls": WHO_CALL,
    "console:calls-csv": WHO_CALL,
    "console:library": WHO_CALL,
    "console:template": WHO_CALL,
    "console:template-mail": WHO_CALL,
    "console:begin-template": frozenset({_C}),
    "console:picture": frozenset({_C}),
    "console:edit-template": frozenset({_C}),
    "console:add-language": frozenset({_C}),
    "console:withdrawing": frozenset({_C}),
    "console:withdraw": frozenset({_C}),
    "console:take-up": frozenset({_C}),
    "console:roster": WHO_CALL,
    "console:reachable": WHO_CALL,
    "console:reachable-csv": WHO_CALL,
    "console:imports": WHO_CALL,
    "console:lists": WRITERS,
    "console:list-example": WRITERS,
    "console:looked-list": WRITERS,
    "console:duplicates": DISTRICT,
    "console:decide": WHO_CALL,
    "console:family": WHO_CALL,
    "console:contact": WHO_CALL,
    "console:add-address": WHO_CALL,
    "console:address": WHO_CALL,
    "console:act-address": WHO_CALL,
    "console:replies": WHO_CALL,
    "console:replies-done": WHO_CALL,
    "console:act-reply": WHO_CALL,
    "console:doubts": DISTRICT,
    "console:settle": frozenset({_C}),
    "console:audit": DISTRICT,
    "console:export-audit": DISTRICT,
    "console:audit-looks": DISTRICT,
    "console:export-looks": DISTRICT,
    "console:verify-audit": DISTRICT,
    "console:settings": DISTRICT,
    "account_login": OPEN,
    "account_inactive": OPEN,
    "mfa_authenticate": OPEN,
    "mfa_login_webauthn": OPEN,
    "openid_connect_login": OPEN,
    "openid_connect_callback": OPEN,
    "socialaccount_login_cancelled": OPEN,
    "socialaccount_login_error": OPEN,
    "account_logout": ALL,
    "account_change_password": ALL,
    "account_reauthenticate": ALL,
    "mfa_index": ALL,
    "mfa_activate_totp": ALL,
    "mfa_deactivate_totp": ALL,
    "mfa_generate_recovery_codes": ALL,
    "mfa_view_recovery_codes": ALL,
    "mfa_download_recovery_codes": ALL,
    "mfa_reauthenticate": ALL,
    "mfa_reauthenticate_webauthn": ALL,
    "mfa_list_webauthn": ALL,
    "mfa_add_webauthn": ALL,
    "mfa_edit_webauthn": ALL,
    "mfa_remove_webauthn": ALL,
    "usersessions_list": ALL,
    "account_signup": CLOSED,
    "account_set_password": CLOSED,
    "account_email": CLOSED,
    "account_confirm_email": CLOSED,
    "account_email_verification_sent": CLOSED,
    "account_reset_password": CLOSED,
    "account_reset_password_done": CLOSED,
    "account_reset_password_from_key": CLOSED,
    "account_reset_password_from_key_done": CLOSED,
    "socialaccount_signup": CLOSED,
    "socialaccount_connections": CLOSED,
    "account_confirm_login_code": CLOSED,
    "/console/account/social/connections/": CLOSED,
    "/console/account/social/login/cancelled/": CLOSED,
    "/console/account/social/login/error/": CLOSED,
    "/console/account/social/signup/": CLOSED,
}

#: what an address takes, where it takes anything
TAKES: dict[str, dict[str, object]] = {
    "unsubscribe": {"token": "nobody"},
    "choices": {"token": "nobody"},
    "read": {"token": "nobody"},
    "board:board": {"language": "en"},
    "board:check": {"language": "en"},
    "board:notice": {"language": "en", "code": "BCDF23"},
    "console:welcome": {"token": "nobody"},
    "console:act-reply": {"pk": 999, "name": "aside"},
    "console:act": {"pk": 999, "name": "pause"},
    "console:decide": {"name": "merge"},
    "console:act-address": {"pk": 999, "name": "lift"},
    "console:template": {"name": "none"},
    "console:template-mail": {"name": "none"},
    "console:edit-template": {"name": "none", "file": "en.md"},
    "console:add-language": {"name": "none"},
    "console:withdrawing": {"name": "none"},
    "console:withdraw": {"name": "none"},
    "console:take-up": {"name": "none", "version": 1},
    "console:draft-mail": {"pk": 999, "language": "en"},
    "console:broadcast-mail": {"pk": 999, "key": "en"},
    "console:ask-person": {"pk": 999, "name": "leave"},
    "console:act-person": {"pk": 999, "name": "leave"},
    "openid_connect_login": {"provider_id": "none"},
    "openid_connect_callback": {"provider_id": "none"},
    "mfa_edit_webauthn": {"pk": 999},
    "mfa_remove_webauthn": {"pk": 999},
    "account_confirm_email": {"key": "none"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "none"},
}


def address(name: str) -> str:
    if name.startswith("/"):
        return name
    try:
        return reverse(name, kwargs=TAKES.get(name, {}))
    except NoReverseMatch:  # it takes a number
        return reverse(name, kwargs={"pk": 999})


def is_let_in(client: Client, name: str) -> bool:
    answer = client.get(address(name))
    return answer.status_code != 403 and not answer.headers.get("Location", "").startswith(
        f"{reverse('account_login')}?"
    )


def test_every_address_is_in_the_table() -> None:
    assert sorted(set(every_name())) == sorted(TABLE)


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_what_the_table_gives_it_and_nothing_else(role: Role) -> None:
    client = signed_in(role)
    opened = {name for name in TABLE if name != "account_logout" and is_let_in(client, name)}
    assert opened == {name for name, who in TABLE.items() if name != "account_logout" and (who is OPEN or role in who)}


def test_who_has_not_signed_in_opens_what_is_open_to_all() -> None:
    client = Client()
    assert {name for name in TABLE if is_let_in(client, name)} == {name for name, who in TABLE.items() if who is OPEN}
