"""A wording as a language file, as reading.py reads it; and a template's files with other words in them."""

import json
import re
from dataclasses import replace
from pathlib import Path

from broadcaster.templating.changing import Changes, change
from broadcaster.templating.files import ABOUT, Files
from broadcaster.templating.library import judged
from broadcaster.templating.matter import FENCE
from broadcaster.templating.template import Wording
from broadcaster.text.languages import DEFAULT


def language_file(wording: Wording) -> str:
    """The text of the wording's file. English, the original, says nothing of a translation."""
    lines = [FENCE, f"subject = {_line(wording.subject)}"]
    if wording.preheader:
        lines.append(f"preheader = {_line(wording.preheader)}")
    if wording.sms:
        lines.append(f"sms = {_block(wording.sms)}")
    if wording.language != DEFAULT:
        lines += ["", "[translation]", f'status = "{wording.translation.value}"', f"by = {_line(wording.by)}"]
        lines += [f"on = {wording.on}", f'of = "{wording.of}"']
    return "\n".join([*lines, FENCE, wording.body]).rstrip("\n") + "\n"


def with_words(files: Files, changes: Changes, name: str = "", title: str = "") -> Files:
    """A template's files with the words of a broadcast in them, to be saved; under a new name or title where given.

    Raises BadTemplate for files with errors, and BadChange as `change` does.
    """
    changed = change(judged(files).usable(), changes)
    texts = dict(files.texts)
    for tag in (tag for tag, parts in changes.items() if parts):
        texts[f"{tag}.md"] = language_file(changed.languages[tag])
    if title:
        texts[ABOUT] = re.sub(r"(?m)^title\s*=.*$", lambda _: f"title = {_line(title)}", texts[ABOUT], count=1)
    if name and name != files.name:
        return Files(name, Path(name), texts)
    return replace(files, texts=texts)


def _line(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # TOML's basic strings are JSON's


def _block(text: str) -> str:
    # what would be taken for the end of the front matter, or of the text
    if FENCE in text.split("\n") or '"""' in text or text.endswith('"'):
        return _line(text)
    return '"""\n' + text.replace("\\", "\\\\") + '"""'
