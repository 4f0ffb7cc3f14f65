from importlib import import_module

from django.db import migrations

from webapp.immutable import KeepRows

FROZEN = (*import_module("webapp.consent.migrations.0002_immutable").FROZEN, "only_recording_id")


class Migration(migrations.Migration):
    dependencies = [("consent", "0003_receipts")]
    operations = [
        KeepRows("consent_consent", columns=FROZEN, once="withdrawn_at"),
        KeepRows("consent_receipt", columns=("consent_id", "text", "sha256"), once="signed_at"),
    ]
