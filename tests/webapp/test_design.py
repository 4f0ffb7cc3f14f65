"""The look, as far as it can be computed: contrast, colours in one place, nothing the content policy refuses."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STYLES = ROOT / "webapp" / "static" / "sitter" / "css"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
AA_TEXT = 4.5  # WCAG 2.2, 1.4.3
AA_EDGE = 3.0  # WCAG 2.2, 1.4.11: edges of controls, graphics

TEXT_PAIRS = [
    *[(ink, paper) for ink in ("ink", "ink-soft", "accent", "danger") for paper in ("paper", "raised")],
    ("ink", "sunk"),
    ("ink-soft", "sunk"),
    ("accent-strong", "paper"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("danger-strong", "danger-soft"),
    *[(ink, paper) for ink in ("ink", "ink-soft") for paper in ("accent-soft", "warning-soft", "danger-soft")],
    ("accent", "accent-soft"),
    ("warning", "warning-soft"),
    ("warning", "raised"),
    ("danger", "danger-soft"),
]
EDGE_PAIRS = [(edge, paper) for edge in ("edge", "accent", "danger") for paper in ("paper", "raised")]


def tokens() -> dict[str, dict[str, str]]:
    """Colours by theme and name."""
    light, dark = (STYLES / "tokens.css").read_text().split("prefers-color-scheme: dark", 1)
    pattern = re.compile(r"--([\w-]+): (#[0-9a-f]{6})")
    day = dict(pattern.findall(light))
    return {"light": day, "dark": day | dict(pattern.findall(dark))}


def luminance(colour: str) -> float:
    """Relative luminance of sRGB #rrggbb (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1..21 (WCAG 2.2)."""
    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), TEXT_PAIRS)
def test_text_can_be_read_on_its_background(theme, ink, paper):
    colours = tokens()[theme]
    assert contrast(colours[ink], colours[paper]) >= AA_TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "paper"), EDGE_PAIRS)
def test_controls_can_be_seen_on_their_background(theme, edge, paper):
    colours = tokens()[theme]
    assert contrast(colours[edge], colours[paper]) >= AA_EDGE


@pytest.mark.parametrize("sheet", sorted(STYLES.glob("*.css")), ids=lambda path: path.name)
def test_only_the_tokens_name_colours(sheet):
    named = re.findall(r"#[0-9a-f]{3,8}\b(?!-)|\b(?:rgb|hsl|oklch)\(", sheet.read_text())
    assert sheet.name == "tokens.css" or not named


@pytest.mark.parametrize("sheet", sorted(STYLES.glob("*.css")), ids=lambda path: path.name)
def test_style_sheets_use_only_tokens_that_exist(sheet):
    defined = set(re.findall(r"^\s*--([\w-]+):", (STYLES / "tokens.css").read_text(), re.MULTILINE))
    assert set(re.findall(r"var\(--([\w-]+)\)", sheet.read_text())) <= defined


@pytest.mark.parametrize("sheet", sorted(STYLES.glob("*.css")), ids=lambda path: path.name)
def test_style_sheets_ask_no_third_party(sheet):
    assert not re.findall(r"url\(\W*(?:https?:)?//|@import", sheet.read_text())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_need_nothing_that_the_content_policy_refuses(template):
    text = template.read_text()
    assert not re.search(r"\sstyle=|<style\b|\son[a-z]+=|javascript:|\shx-on", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", text)
