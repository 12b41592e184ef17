"""The tasks of both usual ways. The vendors' SDKs are made once per process and keep their connections as they can."""

from functools import cache
from typing import Any

from django.core import signing
from django.utils import timezone
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import Mail
from twilio.rest import Client

from bench import vendor
from bench.usual.app import app
from bench.usual.models import Message, Notification


@cache
def _texts() -> Any:
    return Client(vendor.SID, vendor.TOKEN, http_client=vendor.SyncHttp()).messages


@cache
def _mails() -> Any:
    return SendGridAPIClient(vendor.MAIL_KEY, host=vendor.url())


_wording = cache(vendor.wording)


def _call(channel: str, address: str) -> str:
    """Send one message; the vendor's id."""
    words = _wording()
    if channel == "sms":
        made = _texts().create(to=address, from_=vendor.TEXT_SENDER, body=words["sms"], status_callback=vendor.CALLBACK)
        return str(made.sid)
    mail = Mail(vendor.MAIL_SENDER, address, words["subject"], words["text"], words["html"])
    return str(_mails().send(mail).headers.get("X-Message-Id"))


# ---- (b) a task for each message ----


@app.task  # type: ignore[untyped-decorator]  # Celery ships no types
def send(channel: str, address: str) -> None:
    """Save, send, save."""
    message = Message.objects.create(channel=channel, address=address, status="sending")
    message.provider_id = _call(channel, address)
    message.status, message.sent_at = "sent", timezone.now()
    message.save(update_fields=["provider_id", "status", "sent_at"])


# ---- (c) a task that saves and a task that delivers, as github.com/alphagov/notifications-api does ----


@app.task  # type: ignore[untyped-decorator]  # Celery ships no types
def save(signed: str, identifier: str) -> None:
    """Save one row of a job and queue its delivery."""
    row = signing.loads(signed)
    Notification.objects.create(
        id=identifier, job=row["job"], row=row["row"], channel=row["channel"], to=row["to"], status="created"
    )
    deliver.delay(identifier)


@app.task  # type: ignore[untyped-decorator]  # Celery ships no types
def deliver(identifier: str) -> None:
    """Fetch, send, update."""
    notification = Notification.objects.get(pk=identifier)
    if notification.status != "created":
        return
    notification.reference = _call(notification.channel, notification.to)
    notification.status, notification.sent_at = "sent", timezone.now()
    notification.save(update_fields=["reference", "status", "sent_at", "updated_at"])
