"""Django's settings for the view that is measured beside ours: the same database, and nothing between it and a request."""

from broadcaster.settings import *  # noqa: F403 - all of it, with other addresses

ROOT_URLCONF = "bench.storm.view"
MIDDLEWARE: list[str] = []
LOGGING_CONFIG = None
