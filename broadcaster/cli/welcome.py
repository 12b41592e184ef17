"""`welcome`: a link that lets somebody into the console, who is told it by whoever runs this machine."""

from typing import Annotated

import typer

from broadcaster.broadcasts import audit
from broadcaster.cli import output
from broadcaster.cli.broadcasts import operating_system_user
from broadcaster.kinds import BadInput
from broadcaster.people import invitations
from broadcaster.people.models import Person


def welcome(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whose; none: the first administrator's.")] = "",
    json: output.Json = False,
) -> None:
    """A link to choose a password by, good for a day and for one use: the first administrator's, or somebody's who has
    an account.
    """
    link = _for(email) if email else invitations.first_link()
    if link is None:
        raise BadInput("there is an administrator already: name whose link it is, as `broadcaster welcome EMAIL`")
    if json:
        output.document({"link": link})
    else:
        output.say(link)


def _for(email: str) -> str:
    person = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        raise BadInput(f"nobody has an account as {email!r}: administrators add people in the console")
    audit.write(operating_system_user(), "made a link for a password", detail={"for": person.email})
    return invitations.link(person)
