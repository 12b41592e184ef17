"""Commands of a house without the cost of their start: a process that has loaded the program forks once for each.

To import takes nine tenths of what a question costs, and a run asks dozens of them. Each command still is a process of
its own, which reads the ledger with its own eyes and ends. Starts themselves are tested by `Home.run`.
"""

import gc
import importlib
import json
import os
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

#: what commands import and takes long, and can be imported before settings are read
_OF_OTHERS = (
    *("broadcaster.cli", "broadcaster.district", "pydantic_settings", "dj_database_url", "structlog.stdlib"),
    *("django.db.models", "django.db.backends.sqlite3.base", "django.core.management", "django.template.defaulttags"),
    *("django.views.generic", "jinja2.sandbox", "markdown_it", "phonenumbers", "email_validator", "babel", "regex"),
    *("requests", "redis", "celery.app.base", "rich.console", "pyrage", "cryptography.hazmat.primitives.serialization"),
)


class Loaded:
    """The process that forks. With `settings` it has read them, and the ledger's models; `end` it before they change.
    Without, it has loaded what others wrote, and each command our program and its settings.
    """

    def __init__(self, environment: Mapping[str, str], folder: Path, *, settings: bool = True) -> None:
        self._out, self._err = folder / "command.out", folder / "command.err"
        self._process = subprocess.Popen(
            # -P: nothing is imported from beside this file
            [sys.executable, "-P", __file__, str(self._out), str(self._err), *(["settings"] if settings else [])],
            env=environment,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self,
        arguments: Sequence[str],
        seconds: float,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> tuple[int, str, str]:
        """Run a command to its end: its exit code, stdout and stderr. Raises TimeoutError, and has ended then.

        It runs in this environment and folder where they are given, else in our own.
        """
        assert self._process.stdin
        assert self._process.stdout
        asked = [list(arguments), environment and dict(environment), folder and str(folder)]
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            self.end()
            raise TimeoutError
        code = int(self._process.stdout.readline())
        return code, self._out.read_text(), self._err.read_text()

    def end(self) -> None:
        """End it, and a command that still runs."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


def _serve(out: str, err: str, settings: str = "") -> None:
    if settings:
        _load_all()
    else:
        _load_what_others_wrote()
    gc.freeze()  # what is loaded stays, and is not looked through in each command
    with os.fdopen(os.dup(1), "w") as answers:
        for line in sys.stdin:
            arguments, environment, folder = json.loads(line)
            if not (pid := os.fork()):
                if environment:
                    os.environ.clear()
                    os.environ.update(environment)
                os.chdir(folder or ".")
                _leave(_be_a_command(arguments, out, err))
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            print(code, file=answers, flush=True)


def _load_all() -> None:
    from broadcaster import cli
    from broadcaster.running import ledger

    os.environ["DJANGO_SETTINGS_MODULE"] = "broadcaster.settings"
    ledger.set_up()
    for name in ("report", "send", "import", "pause"):
        cli.load(name, cli.COMMANDS[name])


def _load_what_others_wrote() -> None:
    for name in _OF_OTHERS:
        importlib.import_module(name)
    assert "broadcaster.settings" not in sys.modules


def _be_a_command(arguments: list[str], out: str, err: str) -> int:
    """What `python -m broadcaster` does, with stdin empty and the output in files."""
    from broadcaster import cli
    from broadcaster.running import parentage

    os.environ[parentage.PARENT] = str(os.getppid())
    parentage.follow_parent()
    for number, path in enumerate((os.devnull, out, err)):
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, number)
        os.close(file)
    return cli.main(arguments)


def _leave(code: int) -> None:
    """As any process at its end, which closes the database, but without taking down what was loaded: half the time."""
    if "django.db" in sys.modules and "broadcaster.settings" in sys.modules:
        sys.modules["django.db"].connections.close_all()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
