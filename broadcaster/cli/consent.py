"""`consent`: what a family chose for an address, a choice told to a person, and an address that is written to again."""

from typing import Annotated

import typer

from broadcaster import clock
from broadcaster.cli import output
from broadcaster.cli.broadcasts import operating_system_user
from broadcaster.kinds import BadInput, Channel, Purpose
from broadcaster.roster import addresses, consent
from broadcaster.roster.models import Consent, ConsentState, Suppression
from broadcaster.settings import SETTINGS

app = typer.Typer(add_completion=False)

Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="A phone or an email.")]
_STATES = {"in": ConsentState.OPTED_IN, "out": ConsentState.OPTED_OUT}
_WORDS = {ConsentState.OPTED_IN.value: "opted in", ConsentState.OPTED_OUT.value: "opted out"}


@app.command()
def show(address: Address, json: output.Json = False) -> None:
    """What was chosen for each purpose, how, when and by what evidence; and whether the address is suppressed."""
    channel, wanted = _read(address)
    choices = {one.purpose: one for one in Consent.objects.filter(channel=channel, address=wanted)}
    held = Suppression.objects.filter(channel=channel, address=wanted).first()
    if json:
        output.document(
            {
                "address": wanted,
                "channel": channel.value,
                "consent": {purpose.value: _facts(choices.get(purpose.value)) for purpose in Purpose},
                "suppression": None if held is None else _of(held),
            }
        )
        return
    for purpose in Purpose:
        choice = choices.get(purpose.value)
        evidence = f"; {choice.evidence}" if choice and choice.evidence else ""
        said = f"{_WORDS[choice.state]}, {choice.source}, {_wall(choice.at)}{evidence}" if choice else "unknown"
        output.say(f"{purpose.value}: {said}")
    if held is None:
        output.say("It is not suppressed.")
    elif held.lifted_at is None:
        output.say(f"Suppressed: {held.cause}, {_wall(held.at)}")
    else:
        output.say(f"Was suppressed ({held.cause}); lifted {_wall(held.lifted_at)} {held.lifted_by}: {held.lifted_why}")


@app.command("set")
def set_(
    address: Address,
    state: Annotated[str, typer.Argument(metavar="in|out", help="What the family wants.")],
    purpose: Annotated[str, typer.Option(help="emergency, attendance, general, or all.")],
    evidence: Annotated[str, typer.Option(metavar="TEXT", help="What shows it: who said it, when, to whom.")],
    source: Annotated[str, typer.Option(metavar="TEXT", help="How it was said.")] = "told the office",
    json: output.Json = False,
) -> None:
    """Keep a choice that a family told somebody. It stands for everybody who has the address, whatever is imported."""
    channel, wanted = _read(address)
    if state not in _STATES:
        raise BadInput(f"{state!r} should be in or out")
    purposes = _purposes(purpose)
    for one in purposes:
        consent.enter(
            channel, wanted, one, _STATES[state], by=operating_system_user(), source=source, evidence=evidence
        )
    if json:
        output.document({"address": wanted, "state": state, "purposes": [one.value for one in purposes]})
    else:
        output.say(f"{wanted} {_WORDS[state]}: {', '.join(one.value for one in purposes)}.")


@app.command()
def lift(
    address: Address,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it works again. It is kept.")],
    json: output.Json = False,
) -> None:
    """Write to a suppressed address again."""
    channel, wanted = _read(address)
    consent.lift(channel, wanted, by=operating_system_user(), why=reason)
    if json:
        output.document({"address": wanted, "channel": channel.value, "lifted": True})
    else:
        output.say(f"{wanted} is written to again.")


def _read(address: str) -> tuple[Channel, str]:
    return addresses.recognised(address, SETTINGS.district.district.region)


def _purposes(given: str) -> list[Purpose]:
    known = {purpose.value: [purpose] for purpose in Purpose} | {"all": list(Purpose)}
    if given not in known:
        raise BadInput(f"purpose {given!r} is none: {', '.join(known)}")
    return known[given]


def _facts(choice: Consent | None) -> dict[str, object]:
    if choice is None:
        return {"state": "unknown"}
    return {
        "state": choice.state,
        "source": choice.source,
        "at": choice.at,
        "evidence": choice.evidence,
        "entered_by": choice.entered_by,
    }


def _of(held: Suppression) -> dict[str, object]:
    return {
        "cause": held.cause,
        "at": held.at,
        "lifted_at": held.lifted_at,
        "lifted_by": held.lifted_by,
        "lifted_why": held.lifted_why,
    }


def _wall(instant: float) -> str:
    return f"{clock.local(instant, SETTINGS.district.district.time_zone):%d %B %Y}"
