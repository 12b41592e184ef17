"""Django's settings for the pages: those of every process, and what sign-in and the console need on top.

Commands and workers do without: with it each would start 0.1 s later and take 9 MB more. Who migrates, and who tests,
has all of it.
"""

from typing import Any
from urllib.parse import urlsplit

from broadcaster.settings import *  # noqa: F403 - all of it, and more
from broadcaster.settings import APPS_OF_PAGES, SETTINGS, Settings, hosts
from broadcaster.settings import INSTALLED_APPS as _EVERY_PROCESS

INSTALLED_APPS = [*_EVERY_PROCESS, *APPS_OF_PAGES]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "broadcaster.console.guard.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "broadcaster.console.account.Language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "broadcaster.console.account.LastSeen",
    "broadcaster.console.guard.Guard",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "broadcaster.console.frame.frame",
            ]
        },
    }
]

# ---- signing in ----


def sign_on(settings: Settings) -> list[dict[str, Any]]:
    """The district's OpenID Connect sign-on as allauth takes it; nothing where there is none."""
    if not settings.oidc_server_url:
        return []
    return [
        {
            "provider_id": "district",
            "name": settings.oidc_name,
            "client_id": settings.oidc_client_id,
            "secret": settings.oidc_client_secret.get_secret_value(),
            "settings": {"server_url": settings.oidc_server_url},
        }
    ]


#: links are made from PUBLIC_BASE_URL; a name that is none of ours is asked by mistake, or by DNS rebinding
ALLOWED_HOSTS = hosts(SETTINGS)
_OVER_TLS = urlsplit(SETTINGS.public_url).scheme == "https"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "console:home"
ACCOUNT_ADAPTER = "broadcaster.console.signing_in.Accounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator names the addresses; mail may be what is down
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_RATE_LIMITS = {"login_failed": False}  # axes counts them, in the database
# the district's own sign-on, for normal days: works beside our accounts, never instead of them
SOCIALACCOUNT_ADAPTER = "broadcaster.console.signing_in.SignOn"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": sign_on(SETTINGS)}}
MFA_ADAPTER = "broadcaster.console.signing_in.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SETTINGS.district.district.name
# the half minute before and after counts too (RFC 6238, 5.2): people type slowly, and phones' clocks are not ours
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _OVER_TLS
USERSESSIONS_TRACK_ACTIVITY = True
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "broadcaster.console.signing_in.address_tried"
AXES_LOCKOUT_TEMPLATE = "console/locked_out.html"
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

SESSION_COOKIE_NAME = "broadcaster_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _OVER_TLS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [SETTINGS.public_url]
SECURE_HSTS_SECONDS = 31_536_000 if _OVER_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ---- what the pages look like ----

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
FORMAT_MODULE_PATH = ["broadcaster.console.formats"]
TIME_ZONE = SETTINGS.district.district.time_zone
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600
