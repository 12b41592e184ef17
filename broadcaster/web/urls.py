"""Django's addresses. The vendors' are in app.py, before Django."""

from django.urls import path

from broadcaster.web import pages

urlpatterns = [path("", pages.front, name="front")]

handler404 = pages.missing
