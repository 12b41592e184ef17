"""The code of a message: a fingerprint of its English as written and of the values put into it.

So a preview shows the very code that will be sent, in every language the same, and a drill rehearses it. It is no
secret (docs/decisions/023).
"""

import json
from collections.abc import Mapping

from broadcaster.templating.fields import FieldValue
from broadcaster.templating.layout import Update
from broadcaster.templating.template import Template
from broadcaster.text import codes


def code_of(template: Template, values: Mapping[str, FieldValue], update: Update | None = None) -> str:
    """The code of the template's message with these values, at this place in a thread."""
    given = {name: str(value) for name, value in values.items()}
    place = [update.number, update.replaces, update.corrects] if update else []
    return codes.made_of(json.dumps([template.english.parts(), given, place], sort_keys=True, ensure_ascii=False))
