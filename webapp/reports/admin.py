from django.contrib import admin

from webapp.readonly import ReadOnlyAdmin
from webapp.reports.models import PERSONAL, Report


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """What was reported and decided; nothing of who reported it."""

    list_display = ("created_at", "job", "urgent", "outcome", "decided_at")
    list_filter = ("outcome", "urgent")
    exclude = ("token_hash", *PERSONAL)
