"""The ledger's tree against RFC 9162, an independent implementation, and random forgeries."""

import hashlib
import json
from collections.abc import Mapping

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance import ledger
from provenance.ledger import Node

ENTRIES = st.lists(st.binary(max_size=40), min_size=1, max_size=40)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
OTHER = ledger.leaf_hash(b"never entered, and longer than forty bytes, as no entry is")


class Log:
    """Stored leaves and nodes of a tree, as a site keeps them."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.frontier = ledger.Frontier()
        self.nodes: dict[Node, bytes] = {}
        self.roots = [self.frontier.root()]  # by size
        for index, leaf in enumerate(leaves):
            self.nodes[Node(0, index)] = leaf
            self.nodes |= dict(self.frontier.append(leaf))
            self.roots.append(self.frontier.root())

    def read(self, wanted: set[Node]) -> Mapping[Node, bytes]:
        return {node: self.nodes[node] for node in wanted}


def oracle(entries: list[bytes]) -> pymerkle.InmemoryTree:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in entries:
        tree.append_entry(entry)
    return tree


def leaves(entries: list[bytes]) -> list[bytes]:
    return [ledger.leaf_hash(entry) for entry in entries]


def test_the_empty_tree_and_a_single_leaf_are_those_of_the_rfc() -> None:
    assert ledger.Frontier().root() == ledger.EMPTY_ROOT == hashlib.sha256(b"").digest()
    assert ledger.leaf_hash(b"") == hashlib.sha256(b"\0").digest()
    assert Log(leaves([b"x"])).roots[1] == ledger.leaf_hash(b"x")


@given(ENTRIES)
@settings(max_examples=50, deadline=None)
def test_roots_of_every_size_equal_those_of_an_independent_implementation(entries: list[bytes]) -> None:
    log, other = Log(leaves(entries)), oracle(entries)
    for size in range(1, len(entries) + 1):
        assert log.roots[size] == other.get_root(size)
        assert ledger.root_of(size, log.read) == log.roots[size]


@given(ENTRIES, st.data())
@settings(max_examples=50, deadline=None)
def test_inclusion_proofs_of_every_size_equal_the_oracles_and_verify(
    entries: list[bytes], data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, len(entries)))
    index = data.draw(st.integers(0, size - 1))
    log = Log(leaves(entries))
    proof = ledger.inclusion_proof(index, size, log.read)
    assert proof == oracle(entries).prove_inclusion(index + 1, size).path[1:]
    assert ledger.verify_inclusion(log.nodes[Node(0, index)], index, size, proof, log.roots[size])


@given(ENTRIES, st.data())
@settings(max_examples=50, deadline=None)
def test_consistency_is_shown_where_the_oracle_sees_it(entries: list[bytes], data: st.DataObject) -> None:
    new_size = data.draw(st.integers(1, len(entries)))
    old_size = data.draw(st.integers(1, new_size))
    log, other = Log(leaves(entries)), oracle(entries)
    proof = ledger.consistency_proof(old_size, new_size, log.read)
    assert ledger.verify_consistency(old_size, new_size, log.roots[old_size], log.roots[new_size], proof)
    pymerkle.verify_consistency(
        log.roots[old_size], log.roots[new_size], other.prove_consistency(old_size, new_size)
    )  # raises where the roots do not fit; its proofs are written in another form


@given(ENTRIES, st.data())
@settings(max_examples=100, deadline=None)
def test_no_other_leaf_place_or_proof_verifies(entries: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    log, size = Log(leaves(entries)), len(entries)
    proof, tree_root = ledger.inclusion_proof(index, size, log.read), log.roots[size]
    leaf = log.nodes[Node(0, index)]
    assert not ledger.verify_inclusion(OTHER, index, size, proof, tree_root)
    assert not ledger.verify_inclusion(leaf, index, size, [*proof, OTHER], tree_root)
    assert not ledger.verify_inclusion(leaf, size, size, proof, tree_root)
    assert not ledger.verify_inclusion(leaf, -1, size, proof, tree_root)
    if proof:
        assert not ledger.verify_inclusion(leaf, index, size, proof[:-1], tree_root)
        assert not ledger.verify_inclusion(leaf, index, size, [OTHER, *proof[1:]], tree_root)


@given(ENTRIES, st.data())
@settings(max_examples=100, deadline=None)
def test_a_rewritten_tree_is_consistent_with_nothing_before(entries: list[bytes], data: st.DataObject) -> None:
    old_size = data.draw(st.integers(1, len(entries)))
    hashed, new_size = leaves(entries), len(entries)
    old = Log(hashed).roots[old_size]
    changed = data.draw(st.integers(0, old_size - 1))
    rewritten = Log([*hashed[:changed], OTHER, *hashed[changed + 1 :]])
    forged = ledger.consistency_proof(old_size, new_size, rewritten.read)
    assert not ledger.verify_consistency(old_size, new_size, old, rewritten.roots[new_size], forged)
    assert not ledger.verify_consistency(new_size + 1, new_size, old, rewritten.roots[new_size], forged)


def test_a_proof_outside_the_tree_is_an_error() -> None:
    log = Log(leaves([b"a", b"b", b"c"]))
    for index in (-1, 3):
        with pytest.raises(IndexError):
            ledger.inclusion_proof(index, 3, log.read)
    for size in (0, 4):
        with pytest.raises(IndexError):
            ledger.consistency_proof(size, 3, log.read)


def test_a_proof_from_a_damaged_tree_is_an_error_and_no_wrong_proof() -> None:
    log = Log(leaves([b"a", b"b", b"c", b"d"]))
    del log.nodes[Node(1, 0)]
    with pytest.raises(KeyError):
        ledger.inclusion_proof(3, 4, log.read)


def test_a_frontier_knows_how_many_peaks_it_has() -> None:
    with pytest.raises(ValueError, match="3 leaves has 2 peaks"):
        ledger.Frontier(3, [OTHER])


def test_an_entry_has_one_spelling() -> None:
    assert ledger.canonical({"b": [1, True, None], "a": "ü"}) == '{"a":"ü","b":[1,true,null]}'.encode()


@given(st.dictionaries(st.text(), PLAIN, max_size=4))
@settings(max_examples=15, deadline=None)
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


def test_an_entry_opens_with_its_salt_and_value_alone() -> None:
    salt = ledger.new_salt()
    bound = {"actor": ledger.commitment("actor", salt, "5eed")}
    leaf = ledger.entry_leaf(index=7, kind="seal", at="2026-07-31T12:00:00Z", bound=bound)
    assert b"5eed" not in leaf
    assert ledger.leaf_opens(leaf, "actor", salt, "5eed")
    assert not ledger.leaf_opens(leaf, "actor", salt, "5eee")
    assert not ledger.leaf_opens(leaf, "subject", salt, "5eed")
    assert not ledger.leaf_opens(leaf, "actor", ledger.new_salt(), "5eed")
    assert not ledger.leaf_opens(b"no entry", "actor", salt, "5eed")
