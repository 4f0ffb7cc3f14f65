"""Who made this file? Marks, manifests and a ledger. Knows nothing of Django or of the engine."""

__version__ = "0.1.0"
