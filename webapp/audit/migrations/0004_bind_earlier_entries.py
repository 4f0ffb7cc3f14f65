"""Entries from before there were signed heads get today's form; nobody outside has been given their hashes yet."""

from typing import Any

from django.db import migrations

from provenance import ledger

LEVEL_BITS = 48
PEOPLE = ("account", "role", "suspension")  # kinds whose object was a person


def bind(apps: Any, editor: Any) -> None:
    Entry, Disclosure = apps.get_model("audit", "LedgerEntry"), apps.get_model("audit", "Disclosure")
    Node, Tree = apps.get_model("audit", "LedgerNode"), apps.get_model("audit", "LedgerTree")
    edge = ledger.Frontier()
    for entry in Entry.objects.order_by("index").iterator(2000):
        told = {"actor": entry.actor}
        if entry.kind in PEOPLE:
            told["subject"], entry.object = entry.object, ""
        said = [
            Disclosure(entry_id=entry.index, field=field, salt=ledger.new_salt(), value=value)
            for field, value in told.items()
            if value
        ]
        entry.salt = ledger.new_salt()
        facts = {"object": entry.object, "data": entry.data}
        bound = {row.field: ledger.commitment(row.field, row.salt, row.value) for row in said}
        bound["facts"] = ledger.commitment("facts", entry.salt, facts)
        at = f"{entry.created_at:%Y-%m-%dT%H:%M:%SZ}"
        leaf = ledger.entry_leaf(index=entry.index, kind=entry.kind, at=at, bound=bound)
        entry.leaf, entry.leaf_hash = leaf.decode(), ledger.leaf_hash(leaf).hex()
        entry.save(update_fields=["object", "salt", "leaf", "leaf_hash"])
        Disclosure.objects.bulk_create(said)
        for node, value in edge.append(ledger.leaf_hash(leaf)):
            Node.objects.create(id=node.level << LEVEL_BITS | node.position, hash=value)
    if edge.size:
        Tree.objects.create(pk=1, size=edge.size, peaks=b"".join(edge.hashes))


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_tree_and_disclosures")]
    operations = [migrations.RunPython(bind)]
