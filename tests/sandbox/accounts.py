"""The keys of a stage: with them the providers speak to its sandbox."""

from broadcaster.providers.registry import Accounts
from tests.sandbox.stage import ACCOUNT, API_KEY, TOKEN, Stage


def accounts_of(stage: Stage) -> Accounts:
    """Both vendors at that stage."""
    return Accounts(
        f"{stage.listener.url}/status",
        twilio_sid=ACCOUNT,
        twilio_token=TOKEN,
        twilio_base_url=stage.url,
        sendgrid_key=API_KEY,
        sendgrid_base_url=stage.url,
    )
