"""The visible label of videos written outside the site: “AI-generated” in the lower left corner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from generation.types import FloatArray, Frame

TEXT = "AI-generated"
TEXT_SHARE = 0.034  # of the shorter side: 17 px at 512, read at arm's length on a phone
LEAST_TEXT_PX = 11
PADDING = (0.62, 0.38)  # of the text's size, across and above
MARGIN_SHARE = 0.025  # of the shorter side, between label and edges
GROUND = (18, 18, 20, 150)  # RGBA of the pill; dark and translucent reads on every picture
INK = (255, 255, 255, 240)  # RGBA
OVERSAMPLING = 4


def labelled(frames: Iterable[Frame], width: int, height: int) -> Iterator[Frame]:
    """The same frames with the label, also where they are transparent; the given arrays are left untouched."""
    colour, share = _label(min(width, height))
    margin = round(MARGIN_SHARE * min(width, height))
    rows, columns = share.shape[:2]
    window = slice(height - margin - rows, height - margin), slice(margin, margin + columns)
    for frame in frames:
        marked = frame.copy()
        patch = marked[window]
        below = 1 - share
        if frame.shape[2] == 4:  # straight alpha: a colour counts as much as it is seen
            seen = patch[..., 3:] / np.float32(255) * below
            opacity = share + seen
            mixed = (patch[..., :3] * seen + colour * share) / np.maximum(opacity, 1e-6)
            marked[window] = (np.dstack([mixed, 255 * opacity]) + 0.5).astype(np.uint8)
        else:
            marked[window] = (patch * below + colour * share + 0.5).astype(np.uint8)
        yield marked


def _label(side: int) -> tuple[FloatArray, FloatArray]:
    """Colour (h, w, 3) 0..255 and opacity (h, w, 1) 0..1 of the label for pictures of this shorter side."""
    text_px = max(LEAST_TEXT_PX, round(TEXT_SHARE * side)) * OVERSAMPLING
    font = ImageFont.load_default(text_px)
    left, top, right, bottom = font.getbbox(TEXT)
    across, above = (round(share * text_px) for share in PADDING)
    size = (round(right - left) + 2 * across, round(bottom - top) + 2 * above)
    pill = Image.new("RGBA", size, (*GROUND[:3], 0))
    draw = ImageDraw.Draw(pill)
    draw.rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius=size[1] // 2, fill=GROUND)
    writing = Image.new("RGBA", size, (*INK[:3], 0))
    ImageDraw.Draw(writing).text((across - left, above - top), TEXT, font=font, fill=INK)
    pill.alpha_composite(writing)
    small = pill.resize((size[0] // OVERSAMPLING, size[1] // OVERSAMPLING), Image.Resampling.BOX)
    pixels = np.asarray(small, np.float32)
    return pixels[..., :3], pixels[..., 3:] / np.float32(255)
