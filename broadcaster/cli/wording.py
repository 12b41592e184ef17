"""Wording on a terminal: a text in its frame, and how a language's translation is marked."""

from typing import TYPE_CHECKING

from broadcaster.templating.template import TranslationStatus

if TYPE_CHECKING:
    from rich.console import Console

MARKS = {TranslationStatus.REVIEWED: "", TranslationStatus.MACHINE: " (machine)", TranslationStatus.DRAFT: " (draft)"}


def print_panel(console: "Console", title: str, head: str, text: str) -> None:
    """Print `text` in a frame under its title, with `head` bold above it."""
    from rich.panel import Panel
    from rich.text import Text

    content = Text(f"{head}\n\n" if head else "", style="bold") + Text(text.strip(), style="not bold")
    panel = Panel(content, title=title, title_align="left", padding=(1, 2), width=min(80, console.width))
    console.print(panel, soft_wrap=False)
