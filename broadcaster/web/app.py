"""`application`: what granian serves in the web process (ASGI 3)."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadcaster.web.settings")
_pages = get_asgi_application()

from django.core.signals import request_started  # noqa: E402 - the lines above set Django up, which models need

from broadcaster import stale  # noqa: E402 - the same
from broadcaster.settings import SETTINGS  # noqa: E402 - the same
from broadcaster.web.routing import Web  # noqa: E402 - the same

request_started.connect(stale.let_go)
application = Web(SETTINGS, _pages)
