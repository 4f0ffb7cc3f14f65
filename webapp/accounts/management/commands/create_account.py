"""Make an account, or give an existing one a new password and role."""

from __future__ import annotations

import os
import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from webapp.accounts import services
from webapp.accounts.models import Role

PASSWORD_VARIABLE = "SITTER_PASSWORD"  # noqa: S105 (the variable's name)


class Command(BaseCommand):
    """See the module."""

    help = (
        "Make an account whose address counts as confirmed. "
        f"Prints a random password unless {PASSWORD_VARIABLE} is set."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", choices=Role.values, default=Role.CREATOR)
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, email: str, role: str, name: str, **options: Any) -> None:
        given = os.environ.get(PASSWORD_VARIABLE, "")
        password = given or secrets.token_urlsafe(12)
        services.ensure_account(email=email, password=password, role=Role(role), name=name)
        if not given:
            self.stdout.write(password)
