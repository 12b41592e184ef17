"""The API's addresses. Its own tokens let in, so the console's guard lets everything through to it."""

from typing import cast

from django.urls import re_path
from django.urls.resolvers import URLPattern

from broadcaster.api import v1
from broadcaster.console.guard import View, no_page, open_to_all


def _patterns() -> list[URLPattern]:
    patterns = [pattern for pattern in v1.make().urls[0] if isinstance(pattern, URLPattern)]
    for pattern in patterns:
        pattern.callback = no_page(open_to_all(cast("View", pattern.callback)))
    return [*patterns, re_path(r"^.*$", no_page(open_to_all(v1.nothing_there)))]


app_name = "api"
urlpatterns = _patterns()
