"""`broadcaster receipts`: what vendors said of messages that are none of ours."""

from typing import Annotated

import typer

from broadcaster.cli import output
from broadcaster.reports.phrases import CHANNELS, counted, short_moment
from broadcaster.webhooks import retrying
from broadcaster.webhooks.unmatched import Unmatched, unmatched


def receipts(
    again: Annotated[bool, typer.Option("--again", help="Look at all of them once more, now.")] = False,
    json: output.Json = False,
) -> None:
    """Receipts that are of none of our messages, or could not be applied: kept, looked at again, then shown here."""
    applied = retrying.retry_now() if again else None
    found = unmatched()
    if json:
        output.document({"applied": applied, "unmatched": [one.as_json() for one in found]})
        return
    if applied is not None:
        output.say(f"{counted(applied, 'receipt', 'receipts')} found the message it is of.")
    if not found:
        output.say("Every receipt is of a message of ours.")
    for one in found:
        _say(one)


def _say(one: Unmatched) -> None:
    many = counted(one.receipts, "receipt", "receipts")
    output.say(f"{many}  {CHANNELS[one.channel]}  {one.word or '(no word)'}")
    output.say(f"    {one.happened} {one.do}")
    output.say(f"    from {short_moment(one.first_at)} to {short_moment(one.last_at)}")
