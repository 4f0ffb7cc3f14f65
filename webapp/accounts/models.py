"""People who log in by e-mail address, in one of four roles."""

from __future__ import annotations

import secrets
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class Role(models.TextChoices):
    """What somebody may do beyond making videos of their own, which everybody may."""

    CREATOR = "creator", "Creator"
    REVIEWER = "reviewer", "Reviewer"
    AUDITOR = "auditor", "Auditor"
    ADMIN = "admin", "Administrator"


def default_recording_seconds() -> int:
    """The quota of a new account, in seconds of one recording."""
    return settings.MAX_RECORDING_S


def default_jobs_per_day() -> int:
    """The quota of a new account, in videos requested within 24 hours."""
    return settings.MAX_JOBS_PER_DAY


def new_pseudonym() -> str:
    """A name for the ledger that says nothing about the person."""
    return secrets.token_hex(8)


class UserManager(BaseUserManager["User"]):
    """Makes and finds users by e-mail address, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, role=Role.ADMIN, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Somebody with an account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=80, blank=True, help_text="Shown as the maker of a video.")
    role = models.CharField(max_length=10, choices=Role, default=Role.CREATOR)
    pseudonym = models.CharField(max_length=16, unique=True, default=new_pseudonym, editable=False)
    is_active = models.BooleanField(default=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_reason = models.CharField(max_length=300, blank=True)
    max_recording_seconds = models.PositiveIntegerField(default=default_recording_seconds)
    max_jobs_per_day = models.PositiveIntegerField(default=default_jobs_per_day)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("email",)
        constraints = (models.UniqueConstraint(Lower("email"), name="one_account_per_address"),)

    def __str__(self) -> str:
        return self.email

    @property
    def shown_name(self) -> str:
        """What others read; nothing of the address."""
        return self.name or f"account {self.pseudonym}"

    @property
    def is_suspended(self) -> bool:
        """Whether this person may look but not make."""
        return self.suspended_at is not None

    @property
    def is_reviewer(self) -> bool:
        """Whether this person decides on videos."""
        return self.is_active and not self.is_suspended and self.role in (Role.REVIEWER, Role.ADMIN)

    @property
    def is_auditor(self) -> bool:
        """Whether this person reads the list of everything that happened."""
        return self.is_active and self.role in (Role.AUDITOR, Role.ADMIN)

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin lets this person in."""
        return self.is_active and not self.is_suspended and self.role == Role.ADMIN

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Administrators may do what the admin pages offer; those of history are read-only for everyone."""
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        """See has_perm."""
        return self.is_staff
