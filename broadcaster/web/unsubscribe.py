"""The page behind List-Unsubscribe: mail programs POST to it (RFC 8058), people get a button, a GET changes nothing."""

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from broadcaster.replies.unsubscribing import delivery_of, unsubscribe
from broadcaster.web import pages

_BUTTON = mark_safe('<form method="post"><button>Stop general messages</button></form>')


@csrf_exempt  # mail programs post without a page
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribing(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST acts. The page never shows the address, nor tells whether one is known."""
    delivery = delivery_of(token)
    if delivery is None:
        say = format_html(
            "This link is not one of ours, or it is too old. To reach the district, call {}.", pages.phone()
        )
        return pages.page(404, "This link does not work", [say])
    if request.method != "POST":
        say = format_html("Emergency and attendance messages still come. {}", _BUTTON)
        return pages.page(200, "Stop general messages to this address?", [say])
    unsubscribe(delivery)
    say = format_html("Emergency and attendance messages still come. To change this, call {}.", pages.phone())
    return pages.page(200, "General messages to this address have stopped", [say])
