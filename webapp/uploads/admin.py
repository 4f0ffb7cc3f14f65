from django.contrib import admin

from webapp.readonly import ReadOnlyAdmin
from webapp.uploads.models import Portrait, Recording


@admin.register(Portrait, Recording)
class UploadAdmin(ReadOnlyAdmin):
    list_display = ("id", "owner", "state", "reason_code", "created_at")
    list_filter = ("state", "reason_code")
    search_fields = ("id", "owner__email", "sha256")
    exclude = ("file", "quarantined", "script", "transcript", "said", "words", "embedding", "speaker", "voice_of")
