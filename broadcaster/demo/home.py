"""The demo's data folder: made anew for each run, and never a real district's."""

import os
import shutil
from pathlib import Path

from broadcaster.kinds import BadInput

#: set by whoever runs a real district; none of them may leak into a rehearsal on made-up people
_REAL = ("DATABASE_URL", "BROKER_URL", "PUBLIC_BASE_URL", "TWILIO_", "SENDGRID_", "BROADCASTER_CONFIG")
_MARK = "demo"
_DEFAULT = Path(__file__).resolve().parent.parent.parent / "var" / "demo"

#: what the demo's district lets happen by itself. The rates are a short code's, several times over: a demo is watched.
DISTRICT = """\
[district]
name = "Minneapolis Public Schools (demo)"

[[senders]]
channel = "sms"
address = "+16125550199"
rate = 400

[[senders]]
channel = "email"
address = "notices@mps.example.org"
rate = 1000

[policies]
four_eyes = false
unreviewed_translations = true
lease_seconds = 3
ask_after_seconds = 15
absent_after_seconds = 5
mail_silence_seconds = 10
"""


def prepare(bind: str) -> Path:
    """Empty the folder, write its district.toml, and set the environment for this process and the parts it starts.

    BROADCASTER_HOME where it is set, else var/demo. Raises BadInput for a folder that holds anything but an earlier
    demo. Call it before settings are read.
    """
    home = Path(os.environ.get("BROADCASTER_HOME") or _DEFAULT).expanduser().absolute()
    if home.exists() and any(home.iterdir()):
        if not (home / _MARK).exists():
            raise BadInput(f"BROADCASTER_HOME {home} holds something else than a demo: name an empty folder")
        _empty(home)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    (home / _MARK).touch()
    (home / "district.toml").write_text(DISTRICT)
    for name in list(os.environ):
        if name.startswith(_REAL):
            del os.environ[name]
    os.environ["BROADCASTER_HOME"] = str(home)
    os.environ.setdefault("BROADCASTER_BIND", bind)
    return home


def _empty(home: Path) -> None:
    for path in home.iterdir():
        if path.name == "run":  # a `serve` that still lives there holds its lock in it
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
