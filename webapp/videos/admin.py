from django.contrib import admin

from webapp.readonly import ReadOnlyAdmin
from webapp.videos.models import Job


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("code_hex", "owner", "status", "stage", "attempt", "created_at", "finished_at")
    list_filter = ("status", "error_code")
    search_fields = ("id", "owner__email", "output_sha256")
    exclude = ("words", "rendered", "output", "poster")
