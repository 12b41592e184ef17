"""`token`: what other systems are let in with, made, listed and revoked."""

from typing import Annotated, Any

import typer

from broadcaster import clock
from broadcaster.api import tokens
from broadcaster.api.models import Token
from broadcaster.api.tokens import Scope
from broadcaster.cli import output
from broadcaster.cli.broadcasts import operating_system_user

app = typer.Typer(no_args_is_help=True, help="Tokens of the API: make, list and revoke them.")

Name = Annotated[str, typer.Argument(help="What it is for, such as student-system.", show_default=False)]


@app.command("make")
def make(
    name: Name,
    scope: Annotated[list[Scope], typer.Option(help="What it may be used for; repeatable.")],
    days: Annotated[float, typer.Option(help="How long it lives.")] = 90.0,
    json: output.Json = False,
) -> None:
    """Make a token. Its secret is shown this once."""
    token, secret = tokens.make(name, scope, days, operating_system_user())
    if json:
        output.document({"token": secret, **_facts(token)})
        return
    output.say(secret)
    output.note(f"Shown this once. It is for {', '.join(token.scopes)}, until {clock.iso(token.expires_at)}.")


@app.command("list")
def list_(*, json: output.Json = False) -> None:
    """Every token that there was, without its secret."""
    found = [_facts(token) for token in Token.objects.order_by("pk")]
    if json:
        output.document({"tokens": found})
        return
    for facts in found:
        scopes = ", ".join(facts["scopes"])
        used = f"last used {facts['used_at']}" if facts["used_at"] else "never used"
        output.say(f"{facts['name']}: {facts['state']}; for {scopes}; made by {facts['made_by']}; {used}")


@app.command("revoke")
def revoke(name: Name, *, json: output.Json = False) -> None:
    """Let a token in no more, from the next request on."""
    token = tokens.revoke(name, operating_system_user())
    if json:
        output.document(_facts(token))
    else:
        output.say(f"{token.name} is revoked.")


def _facts(token: Token) -> dict[str, Any]:
    over = clock.now() > token.expires_at
    return {
        "name": token.name,
        "scopes": token.scopes,
        "state": "revoked" if token.revoked_at else "expired" if over else "let in",
        "made_by": token.made_by,
        "made_at": clock.iso(token.made_at),
        "expires_at": clock.iso(token.expires_at),
        "used_at": clock.iso(token.used_at),
    }
