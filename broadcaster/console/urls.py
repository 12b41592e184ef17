"""The console's addresses. Each view says who may open it; one that does not is closed."""

from django.urls import path

from broadcaster.console import frame, home, watching, welcome

app_name = "console"

urlpatterns = [
    path("colours.css", frame.colours_css, name="colours"),
    path("welcome/<str:token>", welcome.welcome, name="welcome"),
    path("second-factor", home.second_factor, name="second-factor"),
    path("", home.begin, name="begin"),
    path("home", home.home, name="home"),
    path("broadcasts/<int:pk>", watching.broadcast, name="broadcast"),
    path("broadcasts/<int:pk>/cancel", watching.cancelling, name="cancel"),
    path("broadcasts/<int:pk>/<slug:name>", watching.act, name="act"),
]
