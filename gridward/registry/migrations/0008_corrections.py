"""
Lets what is wrong about a person be corrected: who says so, what it shall be (sealed until it is decided), who decides.

An entry can end: nobody is asked about it any more, no key leads to it, and what it was stays under its keys.
"""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

TABLE = "registry_correction"
WAITING = models.Q(state__in=["received", "acknowledged"])
GATE = f"""
create trigger correction_needs_order after insert on {TABLE}
  referencing new table as added for each statement execute function governance_require_order();
"""
READERS = (walls.CENTRE, walls.WORKER, walls.JOB)


class Migration(migrations.Migration):
    """Corrections."""

    dependencies = [("registry", "0007_history")]

    operations = [
        migrations.AddField("resident", "ended_at", models.DateTimeField(null=True)),
        *[
            migrations.AddIndex(
                name,
                models.Index(fields=["resident"], name=f"{name}_corrected", condition=models.Q(source="correction")),
            )
            for name in ("residentvalue", "residence")
        ],
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("domain", models.TextField()),
                ("order_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                ("task_id", models.UUIDField(null=True)),
                ("kind", models.TextField()),
                ("is_small", models.BooleanField()),
                ("state", models.TextField()),
                ("value_sealed", models.BinaryField(null=True)),
                ("reason_sealed", models.BinaryField(null=True)),
                ("found_by", models.TextField()),
                ("entered_by", models.UUIDField()),
                ("entered_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("acknowledged_by", models.UUIDField(null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(db_default="")),
                (
                    "resident",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="registry.resident",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["resident", "kind"], name="one_waiting_correction_of_a_kind", condition=WAITING
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(state="accepted")
                        | models.Q(decided_by__isnull=False)
                        & (
                            models.Q(is_small=True, kind__in=["name", "phone"])
                            | ~models.Q(decided_by=models.F("entered_by"))
                        ),
                        name="correction_has_a_second_pair_of_eyes",
                    ),
                    models.CheckConstraint(
                        condition=WAITING | models.Q(value_sealed__isnull=True),
                        name="decided_correction_keeps_no_value",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["area_pos", "due_at", "id"], name="correction_waiting", condition=WAITING
                    ),
                    models.Index(fields=["resident", "entered_at"], name="correction_resident"),
                ],
            },
        ),
        migrations.RunSQL(GATE, migrations.RunSQL.noop),
        walls.build(
            [
                walls.shut(TABLE),
                walls.by_range(TABLE, *READERS),
                walls.grant(TABLE, "select, insert", *READERS),
                walls.grant(TABLE, "update", walls.JOB),
            ]
        ),
    ]  # fmt: skip
