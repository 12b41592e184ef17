"""The notice board's pages, open to everybody: what was said in public, and whether a message is one of ours."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from broadcaster.board import feed, frame, notices, sealing
from broadcaster.board.checking import Found, Verdict, check
from broadcaster.board.limits import may_look_up
from broadcaster.console.guard import open_to_all
from broadcaster.templating.phrases import page_languages
from broadcaster.text import codes

#: notices on a page
_ON_A_PAGE = 20


@open_to_all
@require_safe
def entrance(request: HttpRequest) -> HttpResponse:
    """The address that messages name: on to the reader's language."""
    answer = redirect("board:board", frame.wanted(request))
    patch_vary_headers(answer, ["Accept-Language"])
    return answer


@open_to_all
@require_safe
def board(request: HttpRequest, language: str) -> HttpResponse:
    """The notices, the newest first. What is no language of ours may be a code that somebody typed."""
    if language not in page_languages():
        code = codes.typed(language)
        return redirect("board:notice", frame.wanted(request), code) if code else missing(request)
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdecimal() and 0 < len(asked) < 6 else 1
    number = max(number, 1)
    found = notices.newest(_ON_A_PAGE + 1, (number - 1) * _ON_A_PAGE)
    older = number + 1 if len(found) > _ON_A_PAGE else 0
    shown = found[:_ON_A_PAGE]
    return frame.page("board", language, notices=shown, number=number, older=older, newer=number - 1)


@open_to_all
@require_safe
def notice(request: HttpRequest, language: str, code: str) -> HttpResponse:
    """The notices of one code, with their threads; else what may be said of the code."""
    typed = codes.typed(code)
    if language not in page_languages() or not typed:
        return missing(request)
    if not may_look_up(request):
        return _busy(language)
    found = notices.with_code(typed)
    if not found:
        answer = check(typed, "")
        status = 404 if answer.verdict is Verdict.NOT_OURS_CODE else 200
        return _checking(language, code=typed, status=status, found=answer)
    threads = [notices.thread_of(each) if each.in_thread else [] for each in found]
    return frame.page("notice", language, shown=list(zip(found, threads, strict=True)), code=typed)


@open_to_all
@csrf_exempt  # it changes nothing, and so needs no cookie
@require_http_methods(["GET", "HEAD", "POST"])
def checking(request: HttpRequest, language: str) -> HttpResponse:
    """Is this message real? Posted, so that what somebody pastes is in no address and no log."""
    if language not in page_languages():
        return missing(request)
    if request.method != "POST":
        return _checking(language)
    code, pasted = request.POST.get("code", "").strip()[:40], request.POST.get("message", "")
    typed = codes.typed(code)
    if code and not typed:
        return _checking(language, code=code, pasted=pasted, wrong="check_no_code", status=422)
    if not typed and not pasted.strip():
        return _checking(language, wrong="check_nothing", status=422)
    if not may_look_up(request):
        return _busy(language)
    return _checking(language, code=typed, pasted=pasted, found=check(typed, pasted))


@open_to_all
@require_safe
def atom(_request: HttpRequest) -> HttpResponse:
    """The feed (RFC 4287)."""
    return HttpResponse(feed.atom(frame.Served()), content_type="application/atom+xml; charset=utf-8")


@open_to_all
@require_safe
def key(_request: HttpRequest) -> HttpResponse:
    """The public key that signs copies of the board."""
    return HttpResponse(sealing.public_pem(), content_type="text/plain; charset=utf-8")


def missing(request: HttpRequest) -> HttpResponse:
    """There is no such page: on to the board."""
    return frame.page("missing", frame.wanted(request), status=404, board=reverse("board:entrance"))


def _checking(
    language: str,
    *,
    code: str = "",
    pasted: str = "",
    wrong: str = "",
    status: int = 200,
    found: Found | None = None,
) -> HttpResponse:
    more = {"code": code, "pasted": pasted, "wrong": wrong, "found": found}
    return frame.page("check", language, status=status, **more)


def _busy(language: str) -> HttpResponse:
    answer = frame.page("busy", language, status=429)
    answer["Retry-After"] = "60"
    return answer
