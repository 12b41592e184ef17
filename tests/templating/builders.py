"""Template folders made for a test, with keyword overrides."""

from pathlib import Path

from broadcaster.templating.render import Letterhead
from broadcaster.templating.template import fingerprint

LETTERHEAD = Letterhead("Lakes School District", "(612) 555-0100")

ABOUT = """\
title = "Snack day"
purpose = "{purpose}"
channels = ["email", "sms"]
{more}
{fields}
"""

ENGLISH = """\
+++
subject = "{subject}"
sms = "{sms}"
+++
{body}
"""

SPANISH = """\
+++
subject = "Día de merienda"
sms = "{sms}"
[translation]
status = "{status}"
by = "a translator"
on = 2026-11-20
of = "{of}"
+++
{body}
"""


def field(name: str, type_: str = "text", **more: str) -> str:
    """The TOML of one field; `more` are its other keys, as TOML."""
    lines = ["[[fields]]", f'name = "{name}"', f'type = "{type_}"', f'label = "The {name}"']
    return "\n".join([*lines, *(f"{key} = {value}" for key, value in more.items())]) + "\n"


def make_template(
    library: Path,
    name: str = "snack-day",
    *,
    fields: str = "",
    more: str = "",
    purpose: str = "general",
    subject: str = "Snack day",
    sms: str = "Bring a snack.",
    body: str = "Bring a snack.",
    spanish: str = "",
    spanish_sms: str = "Traiga una merienda.",
    status: str = "draft",
) -> Path:
    """A template that has no fault unless an override brings one. `spanish` is the body of es.md, if there is one."""
    folder = library / name
    folder.mkdir(parents=True)
    (folder / "template.toml").write_text(ABOUT.format(purpose=purpose, more=more, fields=fields))
    (folder / "en.md").write_text(ENGLISH.format(subject=subject, sms=sms, body=body))
    if spanish:
        of = fingerprint({"subject": subject, "sms": sms, "body": body})
        (folder / "es.md").write_text(SPANISH.format(sms=spanish_sms, body=spanish, status=status, of=of))
    return folder
