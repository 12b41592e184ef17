"""`--set field=value`, as several commands take it."""

from broadcaster.kinds import BadInput


def pairs(given: list[str]) -> dict[str, str]:
    """Field names and values as typed. Raises BadInput for one without `=`."""
    found = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            raise BadInput(f"--set {pair!r} should be field=value")
        found[name.strip()] = value
    return found
