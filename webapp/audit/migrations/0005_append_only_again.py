from django.db import migrations

from webapp.immutable import KeepRows


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_bind_earlier_entries")]
    operations = [
        migrations.RemoveField("ledgerentry", "actor"),
        migrations.DeleteModel("LedgerSize"),
        KeepRows("audit_ledgerentry", key=("index", "leaf_hash")),
        KeepRows("audit_ledgernode", key=("id",)),
        KeepRows("audit_signedtreehead", key=("id",)),
        KeepRows("audit_disclosure", erasable=True),
    ]
