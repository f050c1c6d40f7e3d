"""The colours of the page, light and dark, as tokens; the tests hold every pair of text and ground to WCAG AA."""

LIGHT = {
    "paper": "#ffffff",
    "panel": "#f6f7f9",
    "ink": "#16191d",
    "soft": "#535b66",
    "rule": "#d9dde3",
    "link": "#0b5cad",
    "pass": "#0a6b3b",
    "pass-tint": "#e6f4ec",
    "fail": "#b3122f",
    "fail-tint": "#fdeaed",
    "warn": "#855200",
    "warn-tint": "#fdf3df",
    "inconclusive": "#6f3cc4",
    "inconclusive-tint": "#f1eafc",
    "idle": "#59616b",
    "idle-tint": "#eceef1",
}
"""Tokens of the light theme and of print."""

DARK = {
    "paper": "#14171b",
    "panel": "#1c2026",
    "ink": "#e8ebef",
    "soft": "#a5aeb9",
    "rule": "#343b44",
    "link": "#7db7ff",
    "pass": "#4ccd8c",
    "pass-tint": "#15301f",
    "fail": "#ff7f92",
    "fail-tint": "#3c1a21",
    "warn": "#f0b04a",
    "warn-tint": "#33270f",
    "inconclusive": "#c4a2ff",
    "inconclusive-tint": "#2a2140",
    "idle": "#a5aeb9",
    "idle-tint": "#262b32",
}
"""Tokens of the dark theme."""

PAIRS = (
    *((text, ground) for text in ("ink", "soft", "link") for ground in ("paper", "panel")),
    *(
        (f"{tone}", ground)
        for tone in ("pass", "fail", "warn", "inconclusive", "idle")
        for ground in ("paper", "panel")
    ),
    *((f"{tone}", f"{tone}-tint") for tone in ("pass", "fail", "warn", "inconclusive", "idle")),
    *((text, f"{tone}-tint") for text in ("ink", "soft") for tone in ("pass", "fail", "warn", "inconclusive", "idle")),
    *(("paper", tone) for tone in ("pass", "fail", "warn", "inconclusive", "idle")),
)
"""Every pair (text, ground) that occurs in the page."""

TONES = {
    "pass": "pass",
    "fail": "fail",
    "warn": "warn",
    "inconclusive": "inconclusive",
    "not-applicable": "idle",
    "not-tested": "idle",
    "conformant": "pass",
    "nonconformant": "fail",
    "aborted": "idle",
}
"""Which token colours which verdict."""


def contrast(text: str, ground: str) -> float:
    """Return the contrast ratio of two colours (`#rrggbb`) as WCAG 2 defines it."""
    bright, dim = sorted((_luminance(text), _luminance(ground)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
