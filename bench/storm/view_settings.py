"""Django's settings for the view that is measured beside ours: the same database, and what `startproject` puts between
a view and a request.
"""

from broadcaster.settings import *  # noqa: F403 - all of it, with other addresses
from broadcaster.settings import INSTALLED_APPS as _OURS

INSTALLED_APPS = [
    *_OURS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
AUTH_USER_MODEL = "people.Person"

ROOT_URLCONF = "bench.storm.view"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
LOGGING_CONFIG = None
