"""Where allauth hands over a new account, and asks whether a log-in may be tried."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse

from webapp.accounts import known_browser, services
from webapp.accounts.models import User

ANYWHERE = (
    "login_failed_anywhere"  # of settings.ACCOUNT_RATE_LIMITS: wrong passwords of one address, from all sides
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """A sign-up goes into the ledger like every other act; guessing is slow, and shuts out the guesser alone.

    Wrong passwords are counted for an address as seen from one place on the network (allauth's `login_failed`), and
    for an address as a whole (ANYWHERE), which a browser that was logged in before does not feel.
    """

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": (
            "That was too many wrong tries, so we pause to keep strangers out. Wait five minutes, or set a new "
            "password. Nothing of yours was changed."
        ),
        "too_many_guesses": (
            "Somebody has tried many wrong passwords for this address, so we pause to keep strangers out. Log in "
            "with a browser that you used here before, set a new password, or try again in an hour. Nothing of "
            "yours was changed."
        ),
    }

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        filled: User = super().save_user(request, user, form, commit=False)
        services.open_account(user=filled)
        return filled

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        email = credentials.get("email", "")
        if not known_browser.is_known(request, email) and not _count(request, email, dry_run=True):
            raise self.validation_error("too_many_guesses")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        _count(request, credentials.get("email", ""), dry_run=False)

    def post_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **how)
        known_browser.remember(response, user.email)
        services.record_sign_in(user=user)
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{ratelimit.get_ip(request)}"

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Whoever reads the address's mail has set a new password: earlier guesses count no more."""
        super()._delete_login_attempts_cached_email(request, **credentials)
        ratelimit.clear(request, app="allauth.account", action=ANYWHERE, key=_key(credentials.get("email", "")))


def _count(request: HttpRequest, email: str, *, dry_run: bool) -> bool:
    """Count a wrong password of `email`, or only look; False when there were too many."""
    usage = ratelimit.consume(request, app="allauth.account", action=ANYWHERE, key=_key(email), dry_run=dry_run)
    return usage is not None


def _key(email: str) -> str:
    return email.lower()
