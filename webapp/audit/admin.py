from django.contrib import admin

from webapp.audit.models import LedgerEntry
from webapp.readonly import ReadOnlyAdmin


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ("index", "kind", "object", "created_at")
    list_filter = ("kind",)
    search_fields = ("object", "leaf_hash")
    exclude = ("salt",)
