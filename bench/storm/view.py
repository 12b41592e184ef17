"""The usual way: a Django view that checks the signature and updates a row for each callback, or for each event.

As a good engineer writes it: the SDKs' own validators, one conditional UPDATE by primary key, connections kept.
Nothing is kept of a callback but its outcome, so it does less than ours.
"""

import json
import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from sendgrid.helpers.eventwebhook import EventWebhook
from twilio.request_validator import RequestValidator

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.storm.view_settings")
django.setup()

from bench.storm.callbacks import PUBLIC_URL  # noqa: E402 - models need Django set up
from broadcaster import clock  # noqa: E402
from broadcaster.delivery.models import Delivery  # noqa: E402
from broadcaster.delivery.status import DeliveryStatus, origins  # noqa: E402
from broadcaster.settings import SETTINGS  # noqa: E402

_TEXTS = RequestValidator(SETTINGS.twilio_auth_token.get_secret_value())
_MAIL = EventWebhook(SETTINGS.sendgrid_webhook_public_key)
_WORDS = {
    "sent": DeliveryStatus.SENT,
    "processed": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "undelivered": DeliveryStatus.UNDELIVERED,
    "bounce": DeliveryStatus.UNDELIVERED,
}


@csrf_exempt
def text_status(request: HttpRequest) -> HttpResponse:
    """Twilio's status callback."""
    url = PUBLIC_URL + request.get_full_path()
    if not _TEXTS.validate(url, request.POST, request.headers.get("X-Twilio-Signature", "")):
        return HttpResponse(status=403)
    _update(request.GET["d"], request.POST["MessageStatus"], request.POST.get("ErrorCode", ""))
    return HttpResponse(status=204)


@csrf_exempt
def mail_events(request: HttpRequest) -> HttpResponse:
    """SendGrid's events."""
    signature = request.headers.get("X-Twilio-Email-Event-Webhook-Signature", "")
    timestamp = request.headers.get("X-Twilio-Email-Event-Webhook-Timestamp", "")
    if not _MAIL.verify_signature(request.body.decode(), signature, timestamp):
        return HttpResponse(status=403)
    for event in json.loads(request.body):
        _update(event["d"], event["event"], "")
    return HttpResponse(status=204)


def _update(ref: str, word: str, code: str) -> None:
    status = _WORDS.get(word)
    if status is not None:
        changed: dict[str, Any] = {"status": status, "code": code, "ended_at": clock.now()}
        Delivery.objects.filter(pk=int(ref.partition("-")[2]), status__in=origins(status)).update(**changed)


urlpatterns = [path("webhooks/twilio/status", text_status), path("webhooks/sendgrid/events", mail_events)]
application = WSGIHandler()
