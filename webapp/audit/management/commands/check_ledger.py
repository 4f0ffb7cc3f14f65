"""Recompute the whole ledger and say what is not as it was written."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from webapp.audit import tree
from webapp.audit.checking import faults


class Command(BaseCommand):
    """See the module."""

    help = "Check every row, hash, node, signature and erasure of the ledger. Exit 1 when something was changed."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for sentence in faults():
            self.stdout.write(sentence)
            found += 1
        if found:
            raise CommandError(f"The ledger has {found} fault{'s' * (found > 1)}.", returncode=1)
        size, root = tree.state()
        self.stdout.write(f"All {size} entries are as they were written; root {root.hex()}")
