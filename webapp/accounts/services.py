"""Making accounts and changing what they may do. Every change is in the ledger."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from webapp.accounts.models import Role, User
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.errors_text import Refused


@transaction.atomic
def open_account(*, user: User) -> None:
    """Store an account that somebody has just signed up for."""
    user.save()
    append(kind=Kind.ACCOUNT, actor=user, subject=user, role=user.role)


@transaction.atomic
def create_account(*, email: str, password: str, role: Role, name: str = "", by: User | None = None) -> User:
    """An account whose address counts as confirmed, made by an operator."""
    user = User.objects.create_user(email, password, role=role, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    append(kind=Kind.ACCOUNT, actor=by, subject=user, role=str(role))
    return user


@transaction.atomic
def ensure_account(*, email: str, password: str, role: Role, name: str = "") -> User:
    """As create_account; an account that exists keeps its history and gets this password and role."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        return create_account(email=email, password=password, role=role, name=name)
    user.set_password(password)
    user.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    record_admin_change(by=None, of=user, what="password", fields=["password"])
    change_role(user=user, role=role, by=None)
    return user


@transaction.atomic
def change_role(*, user: User, role: Role, by: User | None) -> None:
    """Give `user` another role."""
    if User.objects.filter(pk=user.pk).exclude(role=role).update(role=role):
        append(kind=Kind.ROLE, actor=by, subject=user, role=str(role))
    user.role = role


@transaction.atomic
def suspend(*, user: User, reason: str, by: User | None) -> None:
    """Stop `user` from making anything; looking and withdrawing stay possible."""
    now = timezone.now()
    if User.objects.filter(pk=user.pk, suspended_at=None).update(suspended_at=now, suspended_reason=reason):
        append(kind=Kind.SUSPENSION, actor=by, subject=user, reason=reason, suspended=True)
    user.refresh_from_db()


@transaction.atomic
def restore(*, user: User, by: User | None) -> None:
    """End a suspension."""
    if User.objects.filter(pk=user.pk).exclude(suspended_at=None).update(suspended_at=None, suspended_reason=""):
        append(kind=Kind.SUSPENSION, actor=by, subject=user, suspended=False)
    user.refresh_from_db()


def record_sign_in(*, user: User) -> None:
    """Write down that somebody who sees more than their own has come in."""
    if user.role != Role.CREATOR:
        append(kind=Kind.SIGN_IN, actor=user, subject=user, role=user.role)


def record_admin_change(*, by: User | None, of: User, what: str, fields: list[str]) -> None:
    """Write down what an administrator (None: an operator) changed of an account: columns, never their values."""
    append(kind=Kind.ADMIN_CHANGE, actor=by, subject=of, what=what, fields=sorted(fields))


def require_good_standing(user: User) -> None:
    """Refused where `user` may not make anything."""
    if user.is_suspended:
        raise Refused("suspended", reason=user.suspended_reason)
