"""Accounts in the admin. Roles and suspensions go through the services, so that the ledger knows."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from webapp.accounts import services
from webapp.accounts.models import Role, User
from webapp.accounts.permissions import user_of

# allauth's own pages show the secrets of second factors, and let an administrator put an address of theirs under
# somebody else's account. Groups have no meaning here; roles do.
for model in (Authenticator, EmailAddress, Group):
    admin.site.unregister(model)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Made by signing up or by `manage.py create_account`; never deleted, since history points to them."""

    list_display = ("email", "name", "role", "suspended_at", "date_joined")
    list_filter = ("role", ("suspended_at", admin.EmptyFieldListFilter))
    search_fields = ("email", "name", "pseudonym")
    fields = (
        "email",
        "name",
        "role",
        "suspended_reason",
        "max_recording_seconds",
        "max_jobs_per_day",
        "is_active",
        "pseudonym",
        "suspended_at",
        "date_joined",
    )
    readonly_fields = ("email", "pseudonym", "suspended_at", "date_joined")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        role, reason = Role(obj.role), obj.suspended_reason
        obj.role, obj.suspended_reason = form.initial["role"], form.initial["suspended_reason"]
        super().save_model(request, obj, form, change)
        others = [name for name in form.changed_data if name not in ("role", "suspended_reason")]
        if others:
            services.record_admin_change(by=user_of(request), of=obj, what="account", fields=others)
        if "role" in form.changed_data:
            services.change_role(user=obj, role=role, by=user_of(request))
        if "suspended_reason" in form.changed_data:
            if reason:
                services.suspend(user=obj, reason=reason, by=user_of(request))
            else:
                services.restore(user=obj, by=user_of(request))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "suspended_reason":
            cast(Any, field).help_text = "A reason suspends the account; emptying it ends the suspension."
        return field


@admin.register(Authenticator)
class AuthenticatorAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who has a second factor; deleting one helps whoever lost their phone. What it knows is shown to nobody."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    search_fields = ("user__email",)
    fields = list_display

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        services.record_admin_change(by=user_of(request), of=obj.user, what="second factor", fields=["deleted"])

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for factor in queryset:
            self.delete_model(request, factor)


@admin.register(EmailAddress)
class EmailAddressAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Addresses as their owners gave them; one can be called verified where a letter did not arrive."""

    list_display = ("email", "user", "primary", "verified")
    list_filter = ("primary", "verified")
    search_fields = ("email",)
    readonly_fields = ("email", "user", "primary")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        services.record_admin_change(by=user_of(request), of=obj.user, what="address", fields=form.changed_data)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
