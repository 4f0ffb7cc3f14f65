from django.db import migrations

from webapp.immutable import KeepRows


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [KeepRows("audit_ledgerentry")]
