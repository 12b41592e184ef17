"""The console's addresses. Each view says who may open it; one that does not is closed."""

from django.urls import path

from broadcaster.console import (
    account,
    audit_log,
    doubts,
    frame,
    home,
    people,
    person,
    report,
    reports,
    settings_shown,
    watching,
    welcome,
)

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
    path("reports", reports.reports, name="reports"),
    path("reports/year", reports.year, name="year"),
    path("reports/year/print", reports.year_printed, name="year-printed"),
    path("reports/year.csv", reports.year_csv, name="year-csv"),
    path("reports/<int:pk>", report.report, name="report"),
    path("reports/<int:pk>/again", report.again, name="report-again"),
    path("reports/<int:pk>/print", report.report_printed, name="report-printed"),
    path("reports/<int:pk>/deliveries.csv", report.report_csv, name="report-csv"),
    path("reports/<int:pk>/calls", report.calls, name="calls"),
    path("reports/<int:pk>/calls.csv", report.calls_csv, name="calls-csv"),
    path("doubts", doubts.doubts, name="doubts"),
    path("doubts/<int:pk>/settle", doubts.settle, name="settle"),
    path("audit", audit_log.audit_log, name="audit"),
    path("audit/export.csv", audit_log.export, name="export-audit"),
    path("audit/verify", audit_log.verify, name="verify-audit"),
    path("settings", settings_shown.settings_shown, name="settings"),
]
