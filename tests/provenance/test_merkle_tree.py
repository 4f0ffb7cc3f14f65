"""The ledger's tree against RFC 9162, an independent implementation, and random forgeries."""

import hashlib
import json

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance import ledger

ENTRIES = st.lists(st.binary(max_size=40), min_size=1, max_size=40)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def oracle(entries: list[bytes]) -> pymerkle.InmemoryTree:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in entries:
        tree.append_entry(entry)
    return tree


def leaves(entries: list[bytes]) -> list[bytes]:
    return [ledger.leaf_hash(entry) for entry in entries]


def test_the_empty_tree_and_a_single_leaf_are_those_of_the_rfc() -> None:
    assert ledger.root([]) == hashlib.sha256(b"").digest()
    assert ledger.leaf_hash(b"") == hashlib.sha256(b"\0").digest()
    assert ledger.root([ledger.leaf_hash(b"x")]) == ledger.leaf_hash(b"x")


@given(ENTRIES)
@settings(max_examples=50, deadline=None)
def test_roots_equal_those_of_an_independent_implementation(entries: list[bytes]) -> None:
    assert ledger.root(leaves(entries)) == oracle(entries).get_root()


@given(ENTRIES, st.data())
@settings(max_examples=50, deadline=None)
def test_inclusion_proofs_equal_the_oracles_and_verify(entries: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    hashed = leaves(entries)
    proof = ledger.inclusion_proof(index, hashed)
    assert proof == oracle(entries).prove_inclusion(index + 1, len(entries)).path[1:]
    assert ledger.verify_inclusion(hashed[index], index, len(entries), proof, ledger.root(hashed))


@given(ENTRIES, st.data())
@settings(max_examples=100, deadline=None)
def test_no_other_leaf_place_or_proof_verifies(entries: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    hashed, size = leaves(entries), len(entries)
    proof, tree_root = ledger.inclusion_proof(index, hashed), ledger.root(hashed)
    other = ledger.leaf_hash(b"never entered, and longer than forty bytes, as no entry is")
    assert not ledger.verify_inclusion(other, index, size, proof, tree_root)
    assert not ledger.verify_inclusion(hashed[index], index, size, [*proof, other], tree_root)
    assert not ledger.verify_inclusion(hashed[index], size, size, proof, tree_root)
    assert not ledger.verify_inclusion(hashed[index], -1, size, proof, tree_root)
    if proof:
        assert not ledger.verify_inclusion(hashed[index], index, size, proof[:-1], tree_root)
        assert not ledger.verify_inclusion(hashed[index], index, size, [other, *proof[1:]], tree_root)


@given(ENTRIES, st.data())
@settings(max_examples=100, deadline=None)
def test_a_tree_that_only_grew_is_consistent_and_a_rewritten_one_is_not(
    entries: list[bytes], data: st.DataObject
) -> None:
    old_size = data.draw(st.integers(1, len(entries)))
    hashed, new_size = leaves(entries), len(entries)
    old, new = ledger.root(hashed[:old_size]), ledger.root(hashed)
    proof = ledger.consistency_proof(old_size, hashed)
    assert ledger.verify_consistency(old_size, new_size, old, new, proof)
    changed = data.draw(st.integers(0, old_size - 1))
    rewritten = [*hashed[:changed], ledger.leaf_hash(b"rewritten" * 6), *hashed[changed + 1 :]]
    forged = ledger.consistency_proof(old_size, rewritten)
    assert not ledger.verify_consistency(old_size, new_size, old, ledger.root(rewritten), forged)
    assert not ledger.verify_consistency(new_size + 1, new_size, old, new, proof)


def test_a_proof_outside_the_tree_is_an_error() -> None:
    for index in (-1, 3):
        with pytest.raises(IndexError):
            ledger.inclusion_proof(index, leaves([b"a", b"b", b"c"]))
    for size in (0, 4):
        with pytest.raises(IndexError):
            ledger.consistency_proof(size, leaves([b"a", b"b", b"c"]))


def test_an_entry_has_one_spelling() -> None:
    assert ledger.canonical({"b": [1, True, None], "a": "ü"}) == '{"a":"ü","b":[1,true,null]}'.encode()


@given(st.dictionaries(st.text(), PLAIN, max_size=4))
@settings(max_examples=30, deadline=None)
def test_canonical_entries_read_back_and_do_not_depend_on_order(entry: dict[str, object]) -> None:
    try:
        spelled = ledger.canonical(entry)
    except UnicodeEncodeError:
        return  # half a surrogate pair is no text
    assert json.loads(spelled) == entry
    assert ledger.canonical(dict(reversed(entry.items()))) == spelled


@pytest.mark.parametrize("value", [0.5, float("nan"), b"bytes", {1: "x"}, {1, 2}, object()])
def test_what_has_no_single_spelling_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="entry"):
        ledger.canonical({"value": value})
