from django.contrib import admin

from webapp.readonly import ReadOnlyAdmin
from webapp.videos.models import Job, Segment


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("code_hex", "owner", "status", "stage", "attempt", "created_at", "finished_at")
    list_filter = ("status", "error_code")
    search_fields = ("id", "owner__email", "output_sha256")
    exclude = ("words", "rendered", "output", "poster", "plan")


@admin.register(Segment)
class SegmentAdmin(ReadOnlyAdmin):
    list_display = ("job", "index", "state", "attempt", "losses", "claimed_by", "done")
    list_filter = ("state",)
    exclude = ("file",)
