"""Keeps premises: shops and institutions by their credit code, under the wall of their area. No personal column."""

from django.db import migrations, models

from gridward.kernel import walls

TABLE = "registry_premises"


class Migration(migrations.Migration):
    """Premises."""

    dependencies = [("registry", "0009_merges")]

    operations = [
        migrations.CreateModel(
            name="Premises",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("credit_code", models.TextField()),
                ("name", models.TextField()),
                ("kind", models.TextField()),
                ("area_pos", models.BigIntegerField()),
                ("address", models.TextField(db_default="")),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["credit_code"], name="one_entry_a_credit_code")
                ],
                "indexes": [models.Index(fields=["area_pos", "credit_code"], name="premises_area")],
            },
        ),
        walls.build(
            [
                walls.shut(TABLE),
                walls.by_range(TABLE, walls.CENTRE, walls.WORKER, walls.JOB),
                walls.grant(TABLE, "select", walls.CENTRE, walls.WORKER, walls.JOB),
                # An import writes in the scope of whoever imports, which is the operator's area.
                walls.grant(TABLE, "insert, update", walls.CENTRE),
            ]
        ),
    ]
