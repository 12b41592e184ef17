"""Contrast of colours, as WCAG 2.1 defines it (relative luminance; 4.5:1 is level AA for text)."""

AA = 4.5
_LINEAR_BELOW = 0.04045


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two `#rrggbb` colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(background: str) -> str:
    """Black or white, whichever reads better on the background: always AA."""
    return max("#ffffff", "#000000", key=lambda ink: contrast(ink, background))


def readable(colour: str, background: str) -> str:
    """The colour itself, or as little nearer to black or white as makes it AA on the background."""
    ink = ink_on(background)
    mixes = (_mixed(colour, ink, step / 20) for step in range(20))
    return next((mix for mix in mixes if contrast(mix, background) >= AA), ink)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mixed(colour: str, ink: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(ink), strict=True)
    return "#" + "".join(f"{round(own + (other - own) * share):02x}" for own, other in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= _LINEAR_BELOW else ((channel + 0.055) / 1.055) ** 2.4
