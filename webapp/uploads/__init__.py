"""Portraits and recordings: checked, re-encoded, kept privately."""
