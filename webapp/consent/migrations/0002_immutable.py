from django.db import migrations

from webapp.immutable import KeepRows

FROZEN = (
    "id",
    "created_by_id",
    "portrait_id",
    "portrait_sha256",
    "depicted",
    "sitter_name",
    "statement",
    "recorded_statement_id",
    "purpose",
    "given_at",
    "expires_at",
)


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial")]
    operations = [KeepRows("consent_consent", columns=FROZEN, once="withdrawn_at")]
