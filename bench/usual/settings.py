"""Django's settings for the usual ways. Connections are kept, as they should be."""

import os

import dj_database_url

SECRET_KEY = "made-up, for measurements"  # noqa: S105 - guards nothing
INSTALLED_APPS = ["bench.usual"]
DATABASES = {"default": dj_database_url.parse(os.environ["BENCH_DATABASE"], conn_max_age=None)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
