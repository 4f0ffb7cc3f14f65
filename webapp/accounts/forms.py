"""allauth's forms in the words of this site."""

from __future__ import annotations

from typing import Any

from allauth.account import forms

WORDS = {
    "Email": "E-mail address",
    "Password (again)": "The password once more",
    "Remember Me": "Stay logged in",
    "Current Password": "Your password now",
    "New Password": "New password",
    "New Password (again)": "The new password once more",
}


class Worded:
    """Labels as the rest of the site has them, and no placeholders that repeat them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            field.label = WORDS.get(str(field.label), field.label)
            field.widget.attrs.pop("placeholder", None)


class LoginForm(Worded, forms.LoginForm):  # type: ignore[misc]
    """Logging in."""


class SignupForm(Worded, forms.SignupForm):  # type: ignore[misc]
    """A new account."""


class AddEmailForm(Worded, forms.AddEmailForm):  # type: ignore[misc]
    """Another e-mail address."""


class ChangePasswordForm(Worded, forms.ChangePasswordForm):  # type: ignore[misc]
    """A new password for who knows the old one."""


class ResetPasswordForm(Worded, forms.ResetPasswordForm):  # type: ignore[misc]
    """Where to send the link for a new password."""


class ResetPasswordKeyForm(Worded, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password for who opened that link."""
