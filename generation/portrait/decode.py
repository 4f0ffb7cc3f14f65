"""Bytes of unknown origin → upright sRGB pixels, and back to clean bytes. Only pixels pass: never metadata."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from generation.errors import PortraitRefused
from generation.types import Frame

# Formats whose decoders are widely exercised; Pillow's rarer ones stay closed to strangers' files.
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF", "BMP", "JPEG2000", "PPM", "QOI", "ICO", "TGA")
MAX_PIXELS = 80_000_000  # 80 MP ≈ 240 MB as RGB; larger than phone cameras' usual 12–50 MP
MIN_SIDE = 64  # px; a face needs about that much alone
MAX_SIDE = 4096  # px; larger pictures are reduced, a crop never needs more
BACKING = (200, 200, 200)  # sRGB grey put behind transparent pixels
LOSSLESS_PIXELS = 4_000_000  # up to here a clean copy of a lossless file is PNG
JPEG_QUALITY = 95
# What Pillow's decoders raise on broken data, beside OSError; a decoder is a parser of hostile input.
DECODER_FAULTS = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError,
                  ZeroDivisionError, AttributeError, MemoryError, struct.error)  # fmt: skip
HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")


@dataclass(frozen=True)
class Picture:
    """A decoded picture."""

    pixels: Frame  # (h, w, 3) upright
    format: str  # Pillow's name of the container
    animated: bool  # more frames existed; these are the first frame's pixels
    reduced: bool  # it was larger than MAX_SIDE and was made smaller


def decode(source: bytes) -> Picture:
    """Decode a picture of any common format.

    EXIF orientation is applied, colours are brought to sRGB, transparency lies on grey, 16 bits become 8, and of
    an animation the first frame is taken. Raises PortraitRefused with codes empty, not_a_picture, heif,
    picture_too_large, picture_too_small, truncated.
    """
    image = _open(source)
    _check_size(*image.size)
    animated = image.format != "MPO" and int(getattr(image, "n_frames", 1)) > 1
    reduced = max(image.size) > MAX_SIDE
    try:
        image.seek(0)
        if reduced:  # a large JPEG is decoded at a half, a quarter or an eighth at once
            share = MAX_SIDE / max(image.size)
            image.draft(None, (round(image.width * share), round(image.height * share)))
        image.load()
        pixels = _srgb(ImageOps.exif_transpose(image))
    except DECODER_FAULTS as fault:
        raise PortraitRefused(
            "truncated",
            "This picture is damaged: it breaks off before its end.",
            "Save or export it again and choose that file. Nothing else is affected.",
        ) from fault
    if reduced:
        pixels.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    return Picture(np.asarray(pixels), image.format or "", animated, reduced)


def encode_clean(picture: Picture) -> tuple[bytes, str]:
    """The pixels alone as (bytes, media type): PNG for small lossless originals, JPEG otherwise."""
    image, stream = Image.fromarray(picture.pixels), io.BytesIO()
    lossy = picture.format in ("JPEG", "MPO", "WEBP", "AVIF", "JPEG2000")
    if lossy or image.width * image.height > LOSSLESS_PIXELS:
        image.save(stream, "JPEG", quality=JPEG_QUALITY, subsampling=0)
        return stream.getvalue(), "image/jpeg"
    image.save(stream, "PNG")
    return stream.getvalue(), "image/png"


def _open(source: bytes) -> Image.Image:
    """Read the header only."""
    if not source:
        raise PortraitRefused("empty", "This file is empty.", "Choose the picture again. Nothing else is affected.")
    if source[4:8] == b"ftyp" and source[8:12] in HEIF_BRANDS:
        raise PortraitRefused(
            "heif",
            "This is an HEIC picture, a format we cannot read.",
            "Export it as JPEG or PNG and choose that file. Nothing else is affected.",
        )
    try:
        return Image.open(io.BytesIO(source), formats=FORMATS)
    except Image.DecompressionBombError as fault:  # Pillow's own limit, at about twice ours
        raise _too_large("far too many") from fault
    except (UnidentifiedImageError, *DECODER_FAULTS) as fault:
        raise PortraitRefused(
            "not_a_picture",
            "This file is not a picture that we can read.",
            "Choose a JPEG, PNG, WebP, AVIF, TIFF or BMP file. Nothing else is affected.",
        ) from fault


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise _too_large(f"{width} × {height}")
    if min(width, height) < MIN_SIDE:
        raise PortraitRefused(
            "picture_too_small",
            f"This picture has only {width} × {height} pixels.",
            "Choose one of at least 512 × 512 pixels. Nothing else is affected.",
        )


def _too_large(amount: str) -> PortraitRefused:
    return PortraitRefused(
        "picture_too_large",
        f"This picture has {amount} pixels; the limit is {MAX_PIXELS // 1_000_000} megapixels.",
        "Save it smaller and choose that file. It was not decoded, and nothing else is affected.",
    )


def _srgb(image: Image.Image) -> Image.Image:
    """Any mode and colour profile → RGB on BACKING."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return _from_deep_grey(image)
    if image.mode == "P" or image.mode == "PA" or "transparency" in image.info:
        image = image.convert("RGBA")
    alpha = image.getchannel("A") if "A" in image.getbands() else None
    colour = _through_profile(image)
    if alpha is None:
        return colour
    backed = Image.new("RGB", colour.size, BACKING)
    backed.paste(colour, mask=alpha)
    return backed


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """16-bit, 32-bit and floating-point grey → RGB by the range that the mode declares."""
    values = np.asarray(image).astype(np.float64)
    top = 1.0 if image.mode == "F" and np.nanmax(values) <= 1.0 else 255.0 if image.mode == "F" else 65535.0
    grey = np.clip(np.nan_to_num(values) * (255.0 / top), 0, 255).astype(np.uint8)
    return Image.fromarray(grey).convert("RGB")


def _through_profile(image: Image.Image) -> Image.Image:
    """Convert by the embedded ICC profile where there is a usable one."""
    profile = image.info.get("icc_profile")
    opaque = {"RGBA": "RGB", "LA": "L", "RGBX": "RGB"}.get(image.mode, image.mode)
    plain = image if image.mode == opaque else image.convert(opaque)
    if profile and opaque in ("RGB", "L", "CMYK", "LAB"):
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(plain, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None  # a profile that does not fit its picture is common and harmless
        if converted is not None:
            return converted
    return plain.convert("RGB")
