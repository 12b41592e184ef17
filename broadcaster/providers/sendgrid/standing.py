"""Whether SendGrid takes our key, and whether it may send mail and read the Email Logs.

https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions/retrieve-a-list-of-scopes-for-which-this-user-has-access
"""

from http import HTTPStatus

from broadcaster.providers.asking import Standing, Unanswered, ask

_API = "https://api.sendgrid.com"


def standing(key: str, base_url: str) -> Standing:
    """How the account stands."""
    try:
        answer = ask(base_url or _API, "/v3/scopes", {"Authorization": f"Bearer {key}"})
    except Unanswered as error:
        return Standing(ok=True, say=f"not known: SendGrid does not answer from here ({error})")
    status, ahead = answer.status, answer.ahead
    if status == HTTPStatus.UNAUTHORIZED:
        return Standing(False, "SendGrid refuses SENDGRID_API_KEY", ahead)
    scopes = answer.body.get("scopes") if isinstance(answer.body, dict) else None
    if status != HTTPStatus.OK or not isinstance(scopes, list):
        return Standing(True, f"not known: SendGrid answers {status} when asked what the key may do", ahead)
    if "mail.send" not in scopes:
        return Standing(False, "SENDGRID_API_KEY may not send mail: give it the permission Mail Send", ahead)
    return Standing(True, f"takes our key, which may send mail{_of_logs(key, base_url)}", ahead)


def _of_logs(key: str, base_url: str) -> str:
    """A key that may not read them sends all the same: only mail in doubt then waits for a person."""
    try:  # no message has this id: 404 for whoever may look
        answer = ask(base_url or _API, "/v3/logs/none", {"Authorization": f"Bearer {key}"})
    except Unanswered:
        return ""
    if answer.status != HTTPStatus.FORBIDDEN:
        return ""
    return ", but not read the Email Logs: mail in doubt waits for a person until it has the permission Email Activity"
