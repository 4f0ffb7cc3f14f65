"""Where allauth hands over a new account."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from webapp.accounts import services
from webapp.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """A sign-up goes into the ledger like every other act; a pause after wrong passwords says how long it is."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": (
            "That was too many wrong tries, so we pause to keep strangers out. Wait five minutes, or set a new "
            "password. Nothing of yours was changed."
        )
    }

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        filled: User = super().save_user(request, user, form, commit=False)
        services.open_account(user=filled)
        return filled
