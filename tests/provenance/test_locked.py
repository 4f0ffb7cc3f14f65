"""Recordings of statements at rest: whole, from any place, and nothing that was changed."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

from provenance.cli import main
from provenance.errors import KeyMissing, ProvenanceError
from provenance.locked import HEADER_BYTES, LOCKED_PIECE_BYTES, PIECE_BYTES, is_locked, lock, plain_size, unlock
from provenance.statement_key import create_statement_key, load_statement_keys

KEY, OTHER = b"k" * 32, b"o" * 32
SIZES = (0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES, 3 * PIECE_BYTES + 17)


def locked(plain: bytes, key: bytes = KEY) -> bytes:
    return lock(io.BytesIO(plain), key).read()


def opened(stored: bytes, *keys: bytes) -> bytes:
    return unlock(io.BytesIO(stored), keys or (KEY,)).read()


@pytest.mark.parametrize("size", SIZES)
def test_what_was_locked_comes_back_whole_and_tells_its_size(size: int) -> None:
    plain = random.Random(size).randbytes(size)
    stored = locked(plain)
    assert opened(stored) == plain
    assert plain_size(len(stored)) == size
    assert is_locked(stored)
    assert size < 16 or plain[:16] not in stored


def test_any_place_can_be_read_by_itself() -> None:
    chance = random.Random(1)
    plain = chance.randbytes(SIZES[-1])
    reader = unlock(io.BytesIO(locked(plain)), [OTHER, KEY])
    for _ in range(50):
        start, count = chance.randrange(len(plain) + 10), chance.randrange(2 * PIECE_BYTES)
        reader.seek(start)
        assert reader.read(count) == plain[start : start + count]
    assert reader.seek(-5, io.SEEK_END) == len(plain) - 5


def _damaged(stored: bytes) -> dict[str, bytes]:
    head, body = stored[:HEADER_BYTES], stored[HEADER_BYTES:]
    pieces = [body[k : k + LOCKED_PIECE_BYTES] for k in range(0, len(body), LOCKED_PIECE_BYTES)]
    flipped = bytearray(stored)
    flipped[HEADER_BYTES + 70] ^= 1
    return {
        "a bit flipped": bytes(flipped),
        "its salt changed": stored[:20] + b"????" + stored[24:],
        "cut between pieces": head + pieces[0] + pieces[1],
        "cut within one": stored[:-1],
        "two swapped": head + pieces[1] + pieces[0] + pieces[2],
        "one added": stored + pieces[0],
        "no locked file": b"RIFF" * 20,
        "next to nothing": stored[:10],
    }


@pytest.mark.parametrize("how", _damaged(locked(bytes(SIZES[-2]))))
def test_a_changed_file_is_refused(how: str) -> None:
    with pytest.raises(ProvenanceError) as refused:
        opened(_damaged(locked(bytes(SIZES[-2])))[how])
    assert refused.value.code == "statement_changed"


def test_the_same_bytes_never_look_the_same_and_another_key_opens_nothing() -> None:
    assert locked(b"I agree") != locked(b"I agree")
    with pytest.raises(KeyMissing) as refused:
        opened(locked(b"I agree"), OTHER)
    assert refused.value.code == "statement_key_unknown"


def test_a_new_key_locks_and_the_old_one_still_opens(tmp_path: Path) -> None:
    assert create_statement_key(tmp_path) == ["statements.key"]
    assert create_statement_key(tmp_path) == []
    file = tmp_path / "statements.key"
    (first,) = load_statement_keys(file)
    assert main(["keys", "--folder", str(tmp_path), "--rotate-statements"]) == 0
    newest, before = load_statement_keys(file)
    assert before == first != newest
    assert file.stat().st_mode & 0o777 == 0o600
    assert opened(locked(b"I agree", first), newest, before) == b"I agree"


@pytest.mark.parametrize("content", [None, b"", b"not base64!", b"c2hvcnQ=\n"])
def test_without_a_usable_key_it_says_so(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "statements.key"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(KeyMissing):
        load_statement_keys(file)
