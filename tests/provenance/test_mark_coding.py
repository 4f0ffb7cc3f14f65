"""From a code to coded bits and back."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.watermark import coding
from provenance.watermark.pattern import CHIP, SIDE, TILE, Pattern
from tests.provenance.clips import CODE, KEY

CODES = st.integers(0, (1 << 40) - 1)


def soft(code: int, key: bytes = KEY) -> coding.FloatArray:
    return coding.encode(code, key).astype(np.float32) * 2 - 1


@given(CODES)
@settings(max_examples=25, deadline=None)
def test_every_code_is_read_back_through_noise(code: int) -> None:
    noise = np.random.default_rng(code).normal(0, 1.0, coding.CODED_BITS).astype(np.float32)
    assert coding.decode(soft(code) + noise, KEY) == code


def test_another_key_reads_nothing() -> None:
    assert coding.decode(soft(CODE), b"some other key, also 32 bytes...") is None


def test_noise_does_not_pass_the_keyed_check() -> None:
    rng = np.random.default_rng(5)
    read = [coding.decode(rng.normal(size=coding.CODED_BITS).astype(np.float32), KEY) for _ in range(300)]
    assert read == [None] * 300


def test_neighbouring_codes_have_unrelated_codewords() -> None:
    book = coding.codebook([CODE + i for i in range(200)], KEY)
    resemblance = book @ book.T - np.eye(200)
    assert np.abs(resemblance).max() < 0.45
    assert abs(resemblance.mean()) < 0.02


def test_a_tile_reads_back_its_own_bits_and_has_unit_strength() -> None:
    pattern = Pattern(KEY)
    tile = pattern.tile(CODE)
    assert tile.shape == (TILE, TILE)
    assert tile.std() == pytest.approx(1.0, abs=1e-3)
    assert coding.decode(pattern.soft_bits(tile, pattern.family(CODE)), KEY) == CODE


def test_marks_of_the_second_format_stay_readable() -> None:
    """Marks made today must be readable for as long as the key is kept: these numbers may not change."""
    pattern = Pattern(KEY)
    chips = np.unpackbits(np.frombuffer(bytes.fromhex(SECOND_FORMAT), np.uint8)).reshape(SIDE, SIDE)
    tile = np.kron(chips.astype(np.float32) * 2 - 1, np.ones((CHIP, CHIP), np.float32))
    assert coding.decode(pattern.soft_bits(tile, pattern.family(CODE)), KEY) == CODE
    templates = np.packbits(pattern.templates[:, CHIP // 2 :: CHIP, CHIP // 2 :: CHIP] > 0)
    assert hashlib.sha256(templates.tobytes()).hexdigest() == SECOND_FORMAT_TEMPLATES


@pytest.mark.parametrize("size", [0, 15, 65])
def test_a_key_of_the_wrong_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="16 to 64 bytes"):
        Pattern(bytes(size))


SECOND_FORMAT = (  # signs of the chips of CODE under KEY, as they were first marked
    "7080643c0ff844525d9d55d19c18cfef7ab1877638d416d2d8b4a29d982a3218"
    "e8a0a04391a4fe17dbd04bdd05c2a199b02283d4c63b47de2f39698fca923b89"
    "9944e83981a50c0ab0bddd305e845fdf82fe6900ddf4e679fc567c729cce43c0"
    "2732c8cf92e2a15f43f1d04726c2bd088931f4222b3e6b770a4fbba728e586a1"
)
SECOND_FORMAT_TEMPLATES = "ffea65c41ff691b620e011267ac8f6290d8a48d845b8de74e0c6fd16e28f2950"
