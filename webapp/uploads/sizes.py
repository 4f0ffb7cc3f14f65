"""What every form that takes a file refuses before it is kept."""

from __future__ import annotations

from django import forms
from django.core.files.base import File

from webapp.errors_text import explain


def require_size(file: File[bytes], limit: int) -> File[bytes]:
    """The file, unless it is empty or has more than `limit` bytes."""
    code = "file_empty" if not file.size else "file_too_large" if file.size > limit else None
    if code:
        why = explain(code, limit=limit // 2**20)
        raise forms.ValidationError(f"{why.message} {why.hint}", code=code)
    return file
