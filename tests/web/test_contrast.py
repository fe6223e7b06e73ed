"""Every pair of text and ground reads well, in every set of colours; and what is told by colour is seen apart."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

import kepu.web

SHEET = (Path(kepu.web.__file__).parent / "static/web/tokens.css").read_text(encoding="utf-8")
GROUNDS = ("paper", "surface", "sunken")
STATES = ("kept", "on-pace", "behind", "overdue", "stale", "silent", "undecided")
TEXT_PAIRS = [
    *((text, ground) for text in ("text", "ink", "quiet", "link", "good", "danger-text") for ground in GROUNDS),
    *(("sun-text", ground) for ground in GROUNDS),
    *((f"{state}-on", state) for state in STATES),
    ("stale-on", "stale-hatch"),
    *((f"share-{step}-on", f"share-{step}") for step in range(1, 6)),
    ("primary-text", "primary"),
    ("primary-text", "primary-hover"),
    ("danger-on", "danger"),
    ("sun-soft-text", "sun-soft"),
    ("leaf-soft-text", "leaf-soft"),
    ("danger-soft-text", "danger-soft"),
    ("side-text", "side"),
    ("side-text", "side-active"),
    ("side-quiet", "side"),
    ("text", "found-target"),
    ("text", "found-body"),
    ("text", "sun-soft"),
]
# Edges that show where something is: 3:1 is asked of them (WCAG 1.4.11).
EDGE_PAIRS = [
    *((f"{state}-edge", "surface") for state in STATES if state != "behind"),
    ("line-strong", "surface"),
    ("line-strong", "paper"),
    ("focus", "focus-halo"),
    ("side-quiet", "side-active"),
]


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", block))


def _block(selector: str) -> str:
    start = SHEET.index(selector + " {")
    return SHEET[start : SHEET.index("}", start)]


LIGHT = _tokens(_block(":root"))
DEVICE_DARK = _tokens(_block("(prefers-color-scheme: dark) {\n    :root:not([data-theme])"))
DEVICE_CONTRAST = _tokens(_block("(prefers-contrast: more) {\n    :root:not([data-theme])"))
CHOSEN_DARK = _tokens(_block(':root[data-theme="dark"]'))
CHOSEN_CONTRAST = _tokens(_block(':root[data-theme="contrast"]'))
PALETTES = {"light": LIGHT, "dark": {**LIGHT, **CHOSEN_DARK}, "contrast": {**LIGHT, **CHOSEN_CONTRAST}}


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("palette", PALETTES)
def test_every_text_reads_on_its_ground(palette):
    colours = PALETTES[palette]
    bar = 7 if palette == "contrast" else 4.5

    ratios = {f"{text} on {ground}": contrast(colours[text], colours[ground]) for text, ground in TEXT_PAIRS}

    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < bar} == {}


@pytest.mark.parametrize("palette", PALETTES)
def test_every_edge_is_seen(palette):
    colours = PALETTES[palette]

    ratios = {f"{edge} on {ground}": contrast(colours[edge], colours[ground]) for edge, ground in EDGE_PAIRS}

    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < 3} == {}


@pytest.mark.parametrize("palette", PALETTES)
def test_shares_go_one_way_from_low_to_high(palette):
    steps = [_luminance(PALETTES[palette][f"share-{step}"]) for step in range(1, 6)]

    assert len({a < b for a, b in pairwise(steps)}) == 1


def test_what_the_device_asks_for_is_what_the_switch_gives():
    assert DEVICE_DARK == CHOSEN_DARK
    assert DEVICE_CONTRAST == CHOSEN_CONTRAST


def test_dark_and_contrast_name_only_what_light_names():
    assert set(CHOSEN_DARK) | set(CHOSEN_CONTRAST) <= set(LIGHT)


def test_no_colour_stands_outside_the_tokens():
    sheets = [Path(kepu.web.__file__).parent / f"static/web/{name}.css" for name in ("layout", "components")]

    assert [match for sheet in sheets for match in re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text("utf-8"))] == []
