from importlib import import_module

from django.db import migrations

from webapp.immutable import KeepRows

FROZEN = (*import_module("webapp.consent.migrations.0007_keep_purposes").FROZEN, "live_check_id")


class Migration(migrations.Migration):
    dependencies = [("consent", "0008_live_checks")]
    operations = [
        KeepRows("consent_consent", columns=FROZEN, once="withdrawn_at"),
        KeepRows("consent_receipt", columns=("consent_id", "text", "sha256"), once="signed_at"),
    ]
