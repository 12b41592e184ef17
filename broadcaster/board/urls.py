"""The board's addresses. Those that stand by themselves come before languages and codes."""

from django.urls import path

from broadcaster.board import pages

app_name = "board"

urlpatterns = [
    path("", pages.entrance, name="entrance"),
    path("feed.atom", pages.atom, name="feed"),
    path("key.pem", pages.key, name="key"),
    path("<str:language>", pages.board, name="board"),
    path("<str:language>/check", pages.checking, name="check"),
    path("<str:language>/<str:code>", pages.notice, name="notice"),
]
