"""The log's published form does not drift: what was signed once is checked with today's code, forgeries fail."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from provenance import ledger
from provenance.errors import KeyMissing
from provenance.ledger import SignedHead
from provenance.ledger.log_key import LOG_KEY, create_log_key, load_head_signer

LOG: dict[str, Any] = json.loads(Path(__file__).with_name("public_log.json").read_text())


def hashes(texts: list[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


def holds(log: dict[str, Any]) -> bool:
    """Whether entries, heads, opening and both proofs of a small log fit together."""
    old, new = map(SignedHead.from_json, log["heads"])
    edge = ledger.Frontier()
    roots = [edge.root()]
    for entry in log["entries"]:
        edge.append(ledger.leaf_hash(entry.encode()))
        roots.append(edge.root())
    opening = log["opening"]
    leaf = log["entries"][opening["index"]].encode()
    opens = ledger.leaf_opens(leaf, opening["field"], bytes.fromhex(opening["salt"]), opening["value"])
    size, root = new.head.tree_size, new.head.root
    included = ledger.verify_inclusion(
        ledger.leaf_hash(leaf), opening["index"], size, hashes(log["inclusion"]), root
    )
    grew = ledger.verify_consistency(old.head.tree_size, size, old.head.root, root, hashes(log["consistency"]))
    signed = old.is_genuine() and new.is_genuine() and old.key == new.key
    rebuilt = roots[old.head.tree_size] == old.head.root and roots[-1] == root
    return opens and included and grew and signed and rebuilt


def test_a_log_written_before_still_holds() -> None:
    assert holds(LOG)


@pytest.mark.parametrize(
    ("place", "forged"),
    [
        (("entries", 4), "Entry 4 was another."),
        (("heads", 1, "tree_size"), 7),
        (("heads", 1, "root"), "00" * 32),
        (("heads", 1, "timestamp"), "2026-08-01T00:00:00Z"),
        (("heads", 0, "signature"), LOG["heads"][1]["signature"]),
        (("opening", "value", "data", "output_sha256"), "ba" * 32),
        (("opening", "salt"), "00" * 16),
        (("inclusion", 0), "00" * 32),
        (("consistency", 0), "00" * 32),
    ],
)
def test_a_forgery_anywhere_does_not(place: tuple[Any, ...], forged: object) -> None:
    log = copy.deepcopy(LOG)
    inner: Any = log
    for step in place[:-1]:
        inner = inner[step]
    assert inner[place[-1]] != forged
    inner[place[-1]] = forged
    assert not holds(log)


@pytest.mark.parametrize(
    "said", [{}, {"tree_size": "3"}, LOG["heads"][0] | {"root": "00"}, LOG["heads"][0] | {"key": "?"}]
)
def test_what_is_no_head_is_not_read_as_one(said: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a signed tree head"):
        SignedHead.from_json(said)


def test_the_logs_key_is_made_once_and_any_other_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match="cannot be read"):
        load_head_signer(tmp_path)
    assert create_log_key(tmp_path)
    assert not create_log_key(tmp_path)
    assert (tmp_path / LOG_KEY).stat().st_mode & 0o777 == 0o600
    head = load_head_signer(tmp_path).signed(SignedHead.from_json(LOG["heads"][0]).head)
    assert head.is_genuine()
    (tmp_path / LOG_KEY).write_text("no key")
    with pytest.raises(KeyMissing, match="not an unencrypted PEM"):
        load_head_signer(tmp_path)
