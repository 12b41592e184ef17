"""What people do to the library of wording, each act with its entry in the audit log: save, withdraw, take in."""

from datetime import date
from pathlib import Path

from django.db import transaction

from broadcaster.broadcasts import audit
from broadcaster.templating import saved, translators
from broadcaster.templating.files import Files
from broadcaster.templating.saved import Saved
from broadcaster.templating.translators import Taken


def save(files: Files, actor: str, *, base: int, note: str = "") -> Saved:
    """Keep files as the next version of their template, as `saved.save` does. `files.typed` makes them of what somebody
    typed, `writing.with_words` of the words of a broadcast.
    """
    with transaction.atomic():
        kept = saved.save(files, actor, base=base, note=note)
        if kept.is_new:
            _saved(actor, kept.name, kept.version)
    return kept


def withdraw(name: str, actor: str, note: str = "") -> int:
    """Take a saved template out of the library, as `saved.withdraw` does; the number of the version that says so."""
    with transaction.atomic():
        version = saved.withdraw(name, actor, note)
        audit.write(actor, "withdrew template", detail={"template": name, "version": version})
    return version


def take_in(file: Path, by: str, on: date, actor: str) -> Taken:
    """Take a translator's page in, as `translators.take_in` does."""
    with transaction.atomic():
        taken = translators.take_in(file, by, on)
        for name, version in taken.versions.items():
            _saved(actor, name, version)
        detail = {"language": taken.language, "by": by, "templates": list(taken.reviewed)}
        audit.write(actor, "took in translations", detail=detail)
    return taken


def _saved(actor: str, name: str, version: int) -> None:
    audit.write(actor, "saved template", detail={"template": name, "version": version})
