"""All settings, in one place: the environment and `config/district.toml`, checked, then handed to Django.

`Settings` lists every variable with its default; `district.py` everything the TOML file may hold. Both are documented
in docs/operating.md, which a test keeps true. A wrong setting raises `WrongSetting` with one line that names it.
"""

import base64
import hashlib
import os
import secrets
import tomllib
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import dj_database_url
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from broadcaster.district import District
from broadcaster.kinds import BadInput, Channel

ROOT = Path(__file__).resolve().parent.parent


class WrongSetting(BadInput):
    """A setting that can't be used. The message is one line: the name, what was given, what is right."""


class Settings(BaseSettings):
    """The environment. Each name is the variable's, in capitals."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    broadcaster_home: Path = ROOT / "var"
    broadcaster_config: Path | None = None
    broadcaster_bind: str = "127.0.0.1:8025"
    broadcaster_sandbox_bind: str = "127.0.0.1:8026"
    broadcaster_workers: int = Field(default=2, ge=1, le=64)
    broadcaster_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    broadcaster_backup_passphrase: SecretStr | None = None
    public_base_url: str = ""
    database_url: str = ""
    broker_url: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_base_url: str = ""
    sendgrid_api_key: SecretStr = SecretStr("")
    sendgrid_base_url: str = ""
    sendgrid_webhook_public_key: str = ""
    oidc_server_url: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = "the district's sign-on"
    secret_key: SecretStr = SecretStr("")

    @field_validator("broadcaster_home", "broadcaster_config")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value and value.expanduser().absolute()

    @field_validator("broadcaster_bind", "broadcaster_sandbox_bind")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError("should be host:port, for example 127.0.0.1:8025")
        return value

    @field_validator("public_base_url", "twilio_base_url", "sendgrid_base_url")
    @classmethod
    def _bare_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (
            parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query
        ):
            raise ValueError("should be http(s)://host:port without a path")
        return value.rstrip("/")

    @field_validator("broker_url")
    @classmethod
    def _redis(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("redis", "rediss", "unix"):
            raise ValueError("should be redis://host:port/number")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("sqlite", "postgres", "postgresql"):
            raise ValueError("should be postgresql://user:password@host/name or sqlite:///path")
        return value

    @field_validator("sendgrid_webhook_public_key")
    @classmethod
    def _verification_key(cls, value: str) -> str:
        if value:
            from cryptography.hazmat.primitives.serialization import load_der_public_key  # where there is one to check

            try:
                load_der_public_key(base64.b64decode(value))
            except ValueError:
                raise ValueError("should be the verification key of the signed event webhook") from None
        return value

    @model_validator(mode="after")
    def _whole_accounts(self) -> Self:
        if bool(self.twilio_account_sid) != bool(self.twilio_auth_token.get_secret_value()):
            raise ValueError("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN belong together: one of them is not set")
        return self

    @model_validator(mode="after")
    def _whole_sign_on(self) -> Self:
        given = {
            bool(self.oidc_server_url),
            bool(self.oidc_client_id),
            bool(self.oidc_client_secret.get_secret_value()),
        }
        if len(given) > 1:
            raise ValueError("OIDC_SERVER_URL, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together: one is not set")
        if urlsplit(self.oidc_server_url).scheme not in ("", "http", "https"):
            raise ValueError(f"OIDC_SERVER_URL {self.oidc_server_url!r}: should be https://host/path")
        return self

    @property
    def config_path(self) -> Path:
        """BROADCASTER_CONFIG, else the data folder's own district.toml, else the one that is shipped."""
        if self.broadcaster_config:
            return self.broadcaster_config
        own = self.broadcaster_home / "district.toml"
        return own if own.exists() else ROOT / "config" / "district.toml"

    @cached_property
    def district(self) -> District:
        """The TOML file, read once."""
        path = self.config_path
        try:
            with path.open("rb") as file:
                return District.model_validate(tomllib.load(file))
        except ValidationError as error:
            raise WrongSetting(f"{path.name}: {_first_fault(error)}") from None
        except (OSError, tomllib.TOMLDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise WrongSetting(f"BROADCASTER_CONFIG {path}: {reason}") from None

    @property
    def public_url(self) -> str:
        """What vendors and families see of the web process, without a slash at the end."""
        return self.public_base_url or f"http://{self.broadcaster_bind}"

    @property
    def public_host(self) -> str:
        """The name or the number by which vendors and people come."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def sandbox_url(self) -> str:
        """Where the sandbox provider listens."""
        return f"http://{self.broadcaster_sandbox_bind}"

    def live(self, channel: Channel) -> bool:
        """Whether the channel has a vendor's key. Without one it uses the sandbox, and every screen says so."""
        return bool(self.twilio_account_sid if channel is Channel.SMS else self.sendgrid_api_key.get_secret_value())

    @property
    def nothing_is_live(self) -> bool:
        """Whether nothing at all can reach a family: no channel has a vendor's key."""
        return not any(self.live(channel) for channel in Channel)

    @cached_property
    def key(self) -> str:
        """SECRET_KEY, or one made at first use and kept in the data folder, readable by its owner alone."""
        given = self.secret_key.get_secret_value()
        if given:
            return given
        path = self.broadcaster_home / "secret-key"
        try:
            if not path.exists():
                _make_key(path)
            return path.read_text()
        except OSError as error:
            raise WrongSetting(f"BROADCASTER_HOME {self.broadcaster_home}: {error.strerror}") from None

    def derived(self, use: str) -> str:
        """A secret of its own for one use, the same on every machine that shares SECRET_KEY (hex, 64 characters)."""
        return hashlib.sha256(f"{use}:{self.key}".encode()).hexdigest()


def _make_key(path: Path) -> None:
    """Written beside, then linked: of many processes on an empty home one makes the key, and none reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:  # noqa: PTH123 - mode at birth
        file.write(secrets.token_urlsafe(48))
    with suppress(FileExistsError):
        path.hardlink_to(fresh)
    fresh.unlink()


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    name = ".".join(str(part) for part in fault["loc"])
    say = fault["msg"].removeprefix("Value error, ")
    if not name:
        return say
    given = fault["input"]
    shown = "" if isinstance(given, dict | list) else f" {str(given)!r}"
    return f"{name}{shown}: {say}"


def load() -> Settings:
    """Read and check everything. Raises WrongSetting."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise WrongSetting(_name_in_capitals(error)) from None
    settings.district  # noqa: B018 - reads and checks the file
    return settings


def _name_in_capitals(error: ValidationError) -> str:
    name, _, rest = _first_fault(error).partition(" ")
    return f"{name.upper()} {rest}" if error.errors()[0]["loc"] else f"{name} {rest}"


def hosts(settings: Settings) -> list[str]:
    """The names that pages are asked for by: the public one, the one we listen on, and this machine itself."""
    listening = settings.broadcaster_bind.rpartition(":")[0]
    return list(dict.fromkeys((settings.public_host, listening, "localhost", "127.0.0.1", "[::1]")))


SETTINGS = load()

# ---- Django's own names, from here on ----

SECRET_KEY = SETTINGS.key
DEBUG = False
ALLOWED_HOSTS = ["*"]  # links and signatures are made from PUBLIC_BASE_URL, never from the request's host
INSTALLED_APPS = [
    "broadcaster.templating",
    "broadcaster.roster",
    "broadcaster.audiences",
    "broadcaster.people",
    "broadcaster.broadcasts",
    "broadcaster.delivery",
    "broadcaster.webhooks",
    "broadcaster.replies",
    "broadcaster.reports",
]
#: what the pages need beside: the web process alone has it (web/settings.py), and whoever migrates
APPS_OF_PAGES = [
    "broadcaster.console",  # first: its templates stand in front of allauth's
    "broadcaster.board",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # allauth's templates load it
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "axes",
    "broadcaster.api",
    "django_htmx",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
ROOT_URLCONF = "broadcaster.web.urls"
MIDDLEWARE: list[str] = []


def _database(settings: Settings) -> dict[str, Any]:
    if settings.database_url:
        found: dict[str, Any] = dict(
            dj_database_url.parse(settings.database_url, conn_max_age=None, conn_health_checks=True)
        )
    else:
        found = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(settings.broadcaster_home / "broadcaster.sqlite3")}
    if found["ENGINE"].endswith("sqlite3"):
        found["CONN_MAX_AGE"] = None
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # WAL lets readers go on beside the one writer; FULL keeps a marked lot marked after a power cut
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8192;",
        }
    return found


DATABASES = {"default": _database(SETTINGS)}
