"""The console's addresses. Each view says who may open it; one that does not is closed."""

from django.urls import path

from broadcaster.console import account, frame, home, people, person, watching, welcome

app_name = "console"

urlpatterns = [
    path("colours.css", frame.colours_css, name="colours"),
    path("welcome/<str:token>", welcome.welcome, name="welcome"),
    path("second-factor", home.second_factor, name="second-factor"),
    path("account", account.account, name="account"),
    path("sessions/<int:pk>/end", account.end_session, name="end-session"),
    path("", home.begin, name="begin"),
    path("home", home.home, name="home"),
    path("broadcasts/<int:pk>", watching.broadcast, name="broadcast"),
    path("broadcasts/<int:pk>/cancel", watching.cancelling, name="cancel"),
    path("broadcasts/<int:pk>/<slug:name>", watching.act, name="act"),
    path("people", people.people, name="people"),
    path("people/add", people.add, name="add-person"),
    path("people/<int:pk>", person.person, name="person"),
    path("people/<int:pk>/ask/<slug:name>", person.asking, name="ask-person"),
    path("people/<int:pk>/<slug:name>", person.act, name="act-person"),
]
