"""`audiences`: expressions saved by name."""

from typing import Annotated

import typer

from broadcaster.audiences import saved
from broadcaster.cli import output
from broadcaster.cli.broadcasts import operating_system_user

app = typer.Typer(add_completion=False)

Name = Annotated[str, typer.Argument(help="The audience's name.")]


@app.command("list")
def list_(json: output.Json = False) -> None:
    """All saved audiences."""
    found = saved.all_saved()
    if json:
        output.document({"audiences": [{"name": one.name, "expression": one.expression} for one in found]})
        return
    if not found:
        output.say("None is saved yet: `broadcaster audiences save NAME EXPR`.")
    for one in found:
        output.say(f"{one.name}: {one.expression}")


@app.command()
def save(
    name: Name,
    expression: Annotated[str, typer.Argument(metavar="EXPR", help='Say saved:"NAME" for it from now on.')],
    json: output.Json = False,
) -> None:
    """Save an expression under a name, in place of another of that name."""
    made = saved.save(name, expression, by=operating_system_user())
    if json:
        output.document({"name": made.name, "expression": made.expression})
    else:
        output.say(f'Saved. Ask for it as saved:"{made.name}"')


@app.command()
def forget(name: Name, json: output.Json = False) -> None:
    """Forget a saved audience. Broadcasts that named it keep what it meant."""
    saved.forget(name, by=operating_system_user())
    if json:
        output.document({"forgotten": name})
    else:
        output.say("Forgotten.")
