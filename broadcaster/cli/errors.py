"""How a command ends when it can't do its work: one clear line and an exit code.

2    wrong input: an unknown name, a wrong option, a wrong setting. Exactly one line on stderr.
1    the work was not done, or something broke: then with its traceback.
130  Ctrl-C
"""

import os
import sys
import traceback
from collections.abc import Callable

import typer

DONE = 0
BROKEN = 1
WRONG_INPUT = 2
INTERRUPTED = 130


def one_line(text: str) -> str:
    """The text on one line, without blanks at its ends or runs of them inside."""
    return " ".join(text.split())


def is_wrong_input(error: BaseException) -> bool:
    """Whether the error is somebody's input and not our bug.

    Rooms say so by an exception of their own that derives from ValueError. A bare ValueError is a bug: its message was
    not written for the person at the keyboard.
    """
    return isinstance(error, ValueError) and type(error).__module__.partition(".")[0] == "broadcaster"


def _is_the_databases(error: BaseException) -> bool:
    """Whether the database is away, locked or out of room: nobody needs a traceback for that."""
    kind = type(error)
    return kind.__module__ == "django.db.utils" and kind.__name__ in ("OperationalError", "InterfaceError")


def fail(line: str) -> int:
    """Print one line on stderr and give the exit code for wrong input."""
    sys.stderr.write(f"broadcaster: {one_line(line)}\n")
    return WRONG_INPUT


def exit_code(run: Callable[[], object]) -> int:
    """Run a command and turn however it ends into an exit code."""
    try:
        ended = run()
        sys.stdout.flush()
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        _leave_the_pipe()
        return BROKEN
    except typer.TyperException as error:
        return fail(_usage(error))
    except Exception as error:  # noqa: BLE001 - the outermost frame: a bug ends in its traceback and exit code 1
        if is_wrong_input(error):
            return fail(str(error))
        if _is_the_databases(error):
            why = one_line(str(error))
            sys.stderr.write(f"broadcaster: the database does not do it: {why} (see `broadcaster doctor`)\n")
            return BROKEN
        traceback.print_exc()
        return BROKEN
    return ended if type(ended) is int else DONE


def _usage(error: typer.TyperException) -> str:
    """What typer found wrong, with the value as given and where to read what is right."""
    from pydantic import ValidationError

    line = error.format_message()
    if isinstance(error.__cause__, ValidationError):
        line = f"{line} (given: {error.__cause__.errors()[0]['input']!r})"
    context = getattr(error, "ctx", None)
    return f"{line} (see `{context.command_path} --help`)" if context else line


def _leave_the_pipe() -> None:
    """Nobody reads any more (`broadcaster list | head`): let Python's own flush at exit go nowhere, quietly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
