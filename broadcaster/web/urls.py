"""Django's addresses. The vendors' are in app.py, before Django."""

from django.urls import include, path

from broadcaster.board import own_pages
from broadcaster.board import pages as board
from broadcaster.console import frame
from broadcaster.console.guard import open_to_all
from broadcaster.web import pages

urlpatterns = [
    path("", open_to_all(pages.front), name="front"),
    path("unsubscribe/<str:token>", own_pages.unsubscribing, name="unsubscribe"),
    path("choices/<str:token>", own_pages.choices, name="choices"),
    path("read/<str:token>", own_pages.read, name="read"),
    path("board", board.entrance, name="board"),
    path("board/", include("broadcaster.board.urls")),
    path("api/v1/", include("broadcaster.api.urls")),
    path("console/", include("broadcaster.console.urls")),
    path("console/account/", include("allauth.urls")),
]

handler403 = frame.closed
handler404 = pages.missing
