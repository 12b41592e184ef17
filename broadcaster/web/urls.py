"""Django's addresses. The vendors' are in app.py, before Django."""

from django.urls import path

from broadcaster.web import pages, unsubscribe

urlpatterns = [
    path("", pages.front, name="front"),
    path("unsubscribe/<str:token>", unsubscribe.unsubscribing, name="unsubscribe"),
]

handler404 = pages.missing
