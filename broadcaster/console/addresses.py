"""Which addresses the console has: for `doctor`, and for the tests that open each."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from broadcaster.console import guard

#: of allauth's pages those that always have something to show
_ACCOUNT = ("account_change_password", "mfa_index", "usersessions_list")

#: where tokens let in, and roles have no say
_TOKENS = ("api",)


def pages() -> list[str]:
    """The paths of all pages that take no id, in the order of the address table."""
    from broadcaster.console.urls import app_name, urlpatterns

    own = [f"{app_name}:{one.name}" for one in urlpatterns if _is_page(one)]
    return [reverse(name) for name in (*own, *_ACCOUNT)]


def every_name() -> list[str]:
    """The name of every address where roles count, in Django's part of the web process; of one without a name its
    path.
    """
    return list(_names(get_resolver().url_patterns, "", "/"))


def _is_page(pattern: URLPattern) -> bool:
    return not pattern.pattern.converters and guard.is_page(pattern.callback)


def _names(patterns: list[URLPattern | URLResolver], space: str, path: str) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver) and one.namespace in _TOKENS:
            continue
        if isinstance(one, URLResolver):
            inner = f"{one.namespace}:" if one.namespace else ""
            yield from _names(one.url_patterns, space + inner, path + str(one.pattern))
        else:
            yield f"{space}{one.name}" if one.name else path + str(one.pattern)
