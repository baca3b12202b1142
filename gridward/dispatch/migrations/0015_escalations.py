"""
Lets tasks that nobody finishes in time rise by the clock: how far the clock has come with a task, and where it lies.

`watch` stands on the task, so that the clock finds by an index what it has not yet dealt with, however much is late.
"""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

TABLE = "dispatch_escalation"
OPEN = models.Q(state="open")
BOTH_SIDES = f"({walls.IN_RANGE % 'area_pos'} or {walls.IN_RANGE % 'from_pos'})"
DECIDED = ("state", "next_at", "decided_by", "decided_at", "decision")


class Migration(migrations.Migration):
    """Escalations."""

    dependencies = [("dispatch", "0014_budgets")]

    operations = [
        migrations.AddField("task", "watch", models.TextField(db_default="")),
        migrations.AddIndex(
            "task",
            models.Index(
                fields=["order_id", "watch", "priority", "due_at"], name="task_watch",
                condition=models.Q(state="open", watch__in=["", "reminded"]),
            ),
        ),
        migrations.CreateModel(
            name="Escalation",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("run_id", models.UUIDField()),
                ("order_id", models.UUIDField()),
                ("level", models.TextField()),
                ("area_pos", models.BigIntegerField()),
                ("from_pos", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("words", models.TextField(db_default="")),
                ("state", models.TextField()),
                ("raised_by", models.TextField()),
                ("raised_at", models.DateTimeField()),
                ("next_at", models.DateTimeField(null=True)),
                ("decided_by", models.TextField(db_default="")),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.TextField(db_default="")),
                (
                    "task",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="dispatch.task",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["task"], name="lies_with_one_level", condition=OPEN),
                    models.UniqueConstraint(
                        fields=["task"], name="extended_once", condition=models.Q(state="extended")
                    ),
                    models.CheckConstraint(
                        name="escalation_level",
                        condition=models.Q(level__in=["community", "street", "district", "city"]),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["task", "raised_at"], name="escalation_task"),
                    models.Index(
                        fields=["area_pos", "raised_at", "id"], include=["level"], name="escalation_open",
                        condition=OPEN,
                    ),
                    models.Index(
                        fields=["order_id", "next_at"], name="escalation_next",
                        condition=models.Q(next_at__isnull=False),
                    ),
                ],
            },
        ),
        walls.build(
            [
                walls.shut(TABLE),
                walls.grant(TABLE, "select", walls.CENTRE, walls.WORKER, walls.JOB),
                walls.grant(TABLE, "insert", walls.CENTRE, walls.JOB),
                walls.grant(TABLE, "update", walls.CENTRE, walls.WORKER, columns=DECIDED),
                walls.grant(TABLE, "update", walls.JOB, columns=(*DECIDED, "area_pos", "from_pos")),
                # Below one sees where it lies; only the level it lies with, or one above, decides.
                walls.policy(
                    TABLE, "either_side", BOTH_SIDES, walls.CENTRE, walls.WORKER, walls.JOB, command="select"
                ),
                walls.policy(TABLE, "from_below", walls.IN_RANGE % "from_pos", walls.CENTRE, walls.JOB, command="insert"),
                walls.policy(TABLE, "where_it_lies", walls.IN_RANGE % "area_pos", walls.CENTRE, command="update"),
                # A task that closes ends what lies above; a job takes it along to another grid.
                walls.policy(
                    TABLE, "with_its_task", walls.IN_RANGE % "from_pos", walls.WORKER, walls.JOB, command="update"
                ),
            ]
        ),
    ]  # fmt: skip
