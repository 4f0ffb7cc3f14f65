from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from webapp import immutable

KINDS = [
    ("request", "Video requested"),
    ("retry", "Video requested again"),
    ("cancel", "Video cancelled"),
    ("fail", "Video failed"),
    ("render", "Video rendered"),
    ("seal", "Video sealed"),
    ("decision", "Review decision"),
    ("publish", "Video published"),
    ("take-down", "Video taken down"),
    ("download", "Video downloaded"),
    ("look-up", "Suspect video looked up"),
    ("consent", "Consent given"),
    ("withdrawal", "Consent withdrawn"),
    ("deletion", "Upload deleted"),
    ("account", "Account made"),
    ("role", "Role changed"),
    ("suspension", "Account suspended or restored"),
    ("admin-change", "Changed by an administrator"),
    ("sign-in", "Staff signed in"),
    ("export", "Ledger exported"),
    ("erasure", "Personal data erased"),
]


def open_rows(apps: Any, editor: Any) -> None:
    immutable.drop(editor, "audit_ledgerentry")


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.RunPython(open_rows, migrations.RunPython.noop),
        migrations.CreateModel(
            name="LedgerTree",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("peaks", models.BinaryField(default=b"", help_text="Hashes of provenance.ledger.Frontier, 32 bytes each.")),
            ],
        ),
        migrations.CreateModel(
            name="LedgerNode",
            fields=[
                (
                    "id",
                    models.PositiveBigIntegerField(
                        help_text="level · 2^48 + position", primary_key=True, serialize=False
                    ),
                ),
                ("hash", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="SignedTreeHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tree_size", models.PositiveBigIntegerField(db_index=True)),
                ("root", models.CharField(max_length=64)),
                ("timestamp", models.DateTimeField()),
                ("key", models.BinaryField(max_length=32)),
                ("signature", models.BinaryField(max_length=64)),
            ],
            options={"ordering": ("-tree_size", "-timestamp")},
        ),
        migrations.AddField("ledgerentry", "salt", models.BinaryField(default=b"", max_length=16), preserve_default=False),
        migrations.AddField("ledgerentry", "leaf", models.TextField(default=""), preserve_default=False),
        migrations.AlterField(
            "ledgerentry", "kind", models.CharField(choices=KINDS, db_index=True, max_length=12)
        ),
        migrations.AlterField(
            "ledgerentry",
            "object",
            models.CharField(
                blank=True,
                db_index=True,
                help_text="Id of what it happened to; empty for a person.",
                max_length=40,
            ),
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "field",
                    models.CharField(
                        choices=[("actor", "Who"), ("subject", "To whom"), ("reason", "Why")], max_length=8
                    ),
                ),
                ("salt", models.BinaryField(max_length=16)),
                (
                    "value",
                    models.CharField(help_text="A pseudonym, or a reason in somebody's words.", max_length=1000),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="audit.ledgerentry",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["value", "field"],
                        name="acts_of_a_person",
                        condition=models.Q(("field__in", ("actor", "subject"))),
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("entry", "field"), name="a_field_is_told_once")],
            },
        ),
    ]
