from django.contrib import admin

from webapp.lookup.models import LookUpCount
from webapp.readonly import ReadOnlyAdmin


@admin.register(LookUpCount)
class LookUpCountAdmin(ReadOnlyAdmin):
    """How often strangers asked, and what came of it."""

    list_display = ("day", "verdict", "number")
