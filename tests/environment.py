"""What the tests run in: a data folder of their own, no setting from outside, and the ledger that `TEST_LEDGER` names.

Loaded before anything reads settings (`-p tests.environment` in pyproject.toml). `TEST_LEDGER=postgresql` starts a
PostgreSQL of its own in a temporary folder and ends it with the run.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests import postgres

_OURS = ("BROADCASTER_", "TWILIO_", "SENDGRID_")
_NAMES = ("DATABASE_URL", "BROKER_URL", "PUBLIC_BASE_URL", "SECRET_KEY")

if "PYTEST_XDIST_WORKER" not in os.environ:
    for name in list(os.environ):
        if name.startswith(_OURS) or name in _NAMES:
            del os.environ[name]
    home = Path(tempfile.mkdtemp(prefix="broadcaster-tests-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["BROADCASTER_HOME"] = str(home / "home")
    if os.environ.get("TEST_LEDGER") == "postgresql":
        server = postgres.start(home / "postgres")
        atexit.register(server.stop)
        os.environ["DATABASE_URL"] = server.url
