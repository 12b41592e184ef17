"""What pages and docstrings name exists: files, folders, headings; the path is short, the decisions are in order."""

import re
from pathlib import Path

import pytest

from broadcaster.settings import ROOT

from .pages import files, named, pages, spans, tables_of, text

#: what pages name and a fresh checkout does not have: the environment, the data folder and what lies in it
MADE_LATER = (".venv/", "var/", "logs/", "run/")
_A_PATH = re.compile(r"(?!/)[\w.-]+(?:/[\w.-]*)+|[\w-]+\.(?:py|md|toml|yml)")
DECISIONS = sorted((ROOT / "docs" / "decisions").iterdir())


def exists(name: str) -> bool:
    """Whether a name means something: from the root, from the package, or as the end of some file's path."""
    if (ROOT / name).exists() or (ROOT / "broadcaster" / name).exists():
        return True
    return any(named(path).endswith(f"/{name}") for path in files())


def slugs(page: str) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", pages(), ids=named)
def test_files_that_a_page_names_exist(page: Path) -> None:
    told = {span for span in spans(page.read_text()) if _A_PATH.fullmatch(span) and "NNN" not in span}
    assert [name for name in sorted(told) if not name.startswith(MADE_LATER) and not exists(name)] == []


@pytest.mark.parametrize("page", pages(), ids=named)
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text()):
        if target.startswith("http"):
            continue
        name, _, anchor = target.partition("#")
        goal = page.parent / name if name else page
        assert goal.exists(), target
        assert not anchor or anchor in slugs(goal.read_text()), target


def test_pages_that_code_names_exist() -> None:
    """In full, or as far as is needed to find them: docs/decisions/002."""
    missing = []
    for path in files():
        if path.suffix in (".py", ".toml", ".yml") or path.name == "Makefile":
            told = re.findall(r"(?<![\w./])docs/[\w/-]*\w(?:\.md)?", path.read_text())
            missing += [(named(path), name) for name in told if not list(ROOT.glob(f"{name}*"))]
    assert missing == []


def test_the_way_from_send_to_the_vendor_is_six_steps_at_most() -> None:
    (steps,) = tables_of(text("docs/sending.md"), "step")
    assert [row["step"] for row in steps] == [str(number) for number in range(1, len(steps) + 1)]
    assert len(steps) <= 6
    for row in steps:
        assert all((ROOT / name).is_file() for name in spans(row["file"])), row["file"]


def test_decisions_are_numbered_without_gaps() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{number:03}-" for number in range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: str(path.stem))
def test_a_decision_is_short_and_has_its_three_parts(path: Path) -> None:
    decision = path.read_text()
    assert decision.startswith(f"# {path.name[:3]} ")
    assert re.findall(r"^\*\*(\w+)\.\*\*", decision, re.MULTILINE) == ["Context", "Choice", "Price"]
    assert len(decision.splitlines()) < 20
