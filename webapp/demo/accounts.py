"""The people of the demo, with passwords nobody else has."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from webapp.demo.site import manage

ROLES = ("creator", "reviewer", "auditor", "admin")


@dataclass(frozen=True)
class Account:
    """One who can log in."""

    role: str
    email: str
    password: str


def make_accounts(env: Mapping[str, str]) -> dict[str, Account]:
    """One account for each role, verified; an account of an earlier demo gets a new password."""
    accounts = {role: Account(role, f"{role}@demo.example", secrets.token_urlsafe(12)) for role in ROLES}
    for account in accounts.values():
        manage(
            {**env, "SITTER_PASSWORD": account.password}, "create_account", account.email, "--role", account.role
        )
    return accounts
