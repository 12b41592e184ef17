"""A stand-in for a part of `serve`: says that it is ready, answers /health if it is web, ends when asked to.

part.py NAME [BIND]     BIND only for web
"""

import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import NoReturn

from broadcaster.running.parentage import follow_parent
from broadcaster.running.part import say_ready
from broadcaster.settings import SETTINGS


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


def end(*_: object) -> NoReturn:
    with (SETTINGS.broadcaster_home / "ended").open("a") as file:
        file.write(sys.argv[1] + "\n")
    sys.exit(0)


follow_parent()
signal.signal(signal.SIGTERM, end)
if sys.argv[1] == "web":
    host, _, port = sys.argv[2].rpartition(":")
    HTTPServer((host, int(port)), Healthy).serve_forever()
say_ready(SETTINGS.broadcaster_home)
signal.pause()
