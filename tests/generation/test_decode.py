import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from generation.errors import PortraitRefused
from generation.portrait.decode import BACKING, MAX_SIDE, decode, encode_clean
from tests.generation.pictures import encoded


def gradient(width=96, height=80):
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return np.stack([x, y, 255 - x], -1).astype(np.uint8)


def refused(source: bytes) -> str:
    with pytest.raises(PortraitRefused) as refusal:
        decode(source)
    assert refusal.value.message.endswith(".")
    assert refusal.value.hint
    return refusal.value.code


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "PPM"])
def test_lossless_formats_keep_their_pixels(kind):
    assert np.array_equal(decode(encoded(gradient(), kind)).pixels, gradient())


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF", "JPEG2000"])
def test_lossy_formats_are_read(kind):
    assert np.abs(decode(encoded(gradient(), kind, quality=95)).pixels.astype(int) - gradient()).mean() < 6


def test_an_empty_file_is_refused():
    assert refused(b"") == "empty"


@pytest.mark.parametrize(
    "source", [b"hello, I am a picture", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"\xff\xd8\xff", b"GIF89a"]
)
def test_what_is_no_picture_is_refused(source):
    assert refused(source) in ("not_a_picture", "truncated")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_a_truncated_picture_is_refused(kind):
    whole = encoded(np.random.default_rng(0).integers(0, 255, (128, 128, 3), np.uint8), kind)
    assert refused(whole[: len(whole) * 2 // 3]) in ("truncated", "not_a_picture")


def test_every_cut_of_a_small_file_is_refused_or_decoded_but_never_crashes():
    whole = encoded(gradient(64, 64), "JPEG")
    for end in range(0, len(whole), 37):
        try:
            decode(whole[:end])
        except PortraitRefused:
            continue


def test_a_decompression_bomb_is_refused_before_decoding():
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(10_000)))
    assert refused(bomb) == "picture_too_large"


def test_just_above_our_own_limit_is_refused_too():
    assert refused(encoded(Image.new("1", (9_000, 9_000)))) == "picture_too_large"


@pytest.mark.parametrize("shape", [(1, 1), (63, 900), (900, 63)])
def test_a_tiny_picture_is_refused(shape):
    assert refused(encoded(Image.new("RGB", shape))) == "picture_too_small"


def test_heic_is_named_in_its_refusal():
    assert refused(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic") == "heif"


def test_the_first_frame_of_an_animation_is_taken_and_told():
    first, second = Image.new("RGB", (80, 80), "red"), Image.new("RGB", (80, 80), "blue")
    picture = decode(encoded(first, "WEBP", save_all=True, append_images=[second], lossless=True))
    assert picture.animated
    assert picture.pixels[40, 40].tolist() == [255, 0, 0]


def test_cmyk_becomes_rgb():
    pixels = decode(encoded(Image.new("CMYK", (80, 80), (0, 255, 255, 0)), "JPEG")).pixels
    assert pixels[40, 40, 0] > 200
    assert pixels[40, 40, 1:].max() < 60


def test_sixteen_bit_grey_keeps_its_tones():
    ramp = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (80, 1))
    pixels = decode(encoded(Image.fromarray(ramp))).pixels
    assert np.abs(pixels[40, :, 0].astype(int) - np.arange(256)).max() <= 1


def test_floating_point_grey_is_read():
    ramp = np.tile(np.linspace(0, 1, 256, dtype=np.float32), (80, 1))
    assert np.abs(decode(encoded(Image.fromarray(ramp), "TIFF")).pixels[40, :, 0] - np.arange(256.0)).max() <= 1


def test_transparency_lies_on_grey():
    assert decode(encoded(Image.new("RGBA", (80, 80), (255, 0, 0, 0)))).pixels[9, 9].tolist() == list(BACKING)


def test_palette_with_transparency_and_grey_with_alpha_are_read():
    palette = Image.new("P", (80, 80), 1)
    palette.putpalette([0, 0, 0, 10, 200, 30])
    assert decode(encoded(palette)).pixels[9, 9].tolist() == [10, 200, 30]
    assert decode(encoded(palette, transparency=1)).pixels[9, 9].tolist() == list(BACKING)
    assert decode(encoded(Image.new("LA", (80, 80), (77, 255)))).pixels[9, 9].tolist() == [77, 77, 77]


def test_bilevel_and_grey_become_rgb():
    assert decode(encoded(Image.new("1", (80, 80), 1))).pixels.min() == 255
    assert decode(encoded(Image.new("L", (80, 80), 90))).pixels.shape == (80, 80, 3)


def test_exif_orientation_turns_the_picture_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    source = encoded(gradient(96, 80), "PNG", exif=exif)
    assert np.array_equal(decode(source).pixels, np.rot90(gradient(96, 80), -1))


def test_an_embedded_profile_is_brought_to_srgb():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    red, green, blue = decode(encoded(Image.new("LAB", (80, 80), (150, 190, 160)), "TIFF", icc_profile=lab)).pixels[
        9, 9
    ]
    assert int(red) - green > 60
    assert int(red) - blue > 40


def test_a_broken_profile_does_no_harm():
    assert np.array_equal(decode(encoded(gradient(), icc_profile=b"nonsense")).pixels, gradient())


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_very_large_picture_is_reduced(kind):
    picture = decode(encoded(Image.new("L", (9_000, 120)), kind))
    assert picture.reduced
    assert picture.pixels.shape[1] == MAX_SIDE


def test_the_clean_copy_holds_pixels_and_nothing_else():
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    source = encoded(gradient(), "JPEG", exif=exif, comment=b"secret", quality=95)
    picture = decode(source)
    clean, media_type = encode_clean(picture)
    again = Image.open(io.BytesIO(clean))
    assert media_type == "image/jpeg"
    assert b"taken at home" not in clean
    assert b"secret" not in clean
    assert not again.getexif()
    assert np.abs(np.asarray(again).astype(int) - picture.pixels).mean() < 3


def test_a_lossless_original_gets_a_lossless_clean_copy():
    clean, media_type = encode_clean(decode(encoded(gradient())))
    assert media_type == "image/png"
    assert np.array_equal(decode(clean).pixels, gradient())
