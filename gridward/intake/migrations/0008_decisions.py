"""Keeps what people decide in review, under the blind key of what the row said, so that the next list need not ask again."""

from django.db import migrations, models
from django.db.models import Q

from gridward.kernel import walls

COLUMNS = """
alter table intake_stageclue add column decision_id uuid, add column decided_at timestamptz;
create trigger decision_needs_order after insert on intake_decision
  referencing new table as added for each statement execute function governance_require_order();
"""
ENDS = ("ended_at", "ended_by", "ended_why")


class Migration(migrations.Migration):
    """Decisions, kept; and on each clue which decision decided it or speaks against itself."""

    dependencies = [("intake", "0007_webhooks")]

    operations = [
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("order_id", models.UUIDField()),
                ("clue_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("mark", models.BinaryField(null=True)),
                ("resident_id", models.UUIDField(null=True)),
                ("person_id", models.UUIDField(null=True)),
                ("household_id", models.UUIDField(null=True)),
                ("passed_over", models.JSONField(db_default=[])),
                ("data_key", models.UUIDField()),
                ("decided_by", models.TextField()),
                ("decided_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.TextField(db_default="")),
                ("ended_why", models.TextField(db_default="")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(ended_at__isnull=True), fields=("clue_id",), name="one_decision_a_row"
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=Q(ended_at__isnull=True, mark__isnull=False),
                        fields=["order_id", "mark"],
                        name="decision_mark",
                    ),
                    models.Index(
                        condition=Q(ended_at__isnull=True),
                        fields=["decided_by", "-decided_at"],
                        name="decision_own_last",
                    ),
                ],
            },
        ),
        migrations.AddField("clue", "decision_id", models.UUIDField(null=True)),
        migrations.AddField("clue", "decided_at", models.DateTimeField(null=True)),
        migrations.RunSQL(COLUMNS, migrations.RunSQL.noop),
        walls.build(
            [
                walls.shut("intake_decision"),
                walls.by_range("intake_decision", walls.CENTRE, walls.JOB),
                walls.grant("intake_decision", "select", walls.CENTRE, walls.JOB),
                # What was decided stays as it was decided; that it holds no longer is all that is written later.
                walls.grant("intake_decision", "insert", walls.JOB),
                walls.grant("intake_decision", "update", walls.JOB, columns=ENDS),
                walls.grant("intake_clue", "select", walls.WORKER, columns=("decided_at",)),
            ]
        ),
    ]
