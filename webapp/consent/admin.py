from django.contrib import admin

from webapp.consent.models import Consent
from webapp.readonly import ReadOnlyAdmin


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    list_display = ("id", "created_by", "depicted", "given_at", "expires_at", "withdrawn_at")
    list_filter = ("depicted", ("withdrawn_at", admin.EmptyFieldListFilter))
    search_fields = ("id", "created_by__email", "portrait_sha256")
    exclude = ("statement", "recorded_statement")
