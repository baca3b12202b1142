"""
Lets a street call departments: the whistle, and what each department that is called answers until when.

A department sees what is to it, by its own row; of the whistle the columns that say where and what, never the task.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

WHISTLE, CALL = "dispatch_whistle", "dispatch_whistlecall"
EITHER = " or ".join(walls.IN_RANGE % column for column in ("area_pos", "from_pos", "place_pos"))
BLOWER = " or ".join(walls.IN_RANGE % column for column in ("area_pos", "from_pos"))
SIDES = " or ".join(walls.IN_RANGE % column for column in ("area_pos", "place_pos"))
TO_IT = f"exists (select 1 from {CALL} c where c.whistle_id = {WHISTLE}.id)"
FOR_AGENCY = ("id", "place_pos", "question", "words", "priority", "blown_at", "lead_code", "agency_codes")
CLOSED = ("state", "closing", "closed_by", "closed_at")
ANSWERED = ("state", "words", "answered_by", "answered_at", "next_at")


class Migration(migrations.Migration):
    """Whistles."""

    dependencies = [("dispatch", "0015_escalations")]

    operations = [
        migrations.CreateModel(
            name="Whistle",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("order_id", models.UUIDField()),
                ("task_id", models.UUIDField(null=True)),
                ("level", models.TextField()),
                ("area_pos", models.BigIntegerField()),
                ("from_pos", models.BigIntegerField()),
                ("place_pos", models.BigIntegerField()),
                ("question", models.TextField()),
                ("words", models.TextField()),
                ("priority", models.TextField()),
                ("lead_code", models.TextField()),
                ("agency_codes", django.contrib.postgres.fields.ArrayField(models.TextField())),
                ("state", models.TextField()),
                ("blown_by", models.TextField()),
                ("blown_at", models.DateTimeField()),
                ("closing", models.TextField(db_default="")),
                ("closed_by", models.TextField(db_default="")),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        name="whistle_from_a_street_up",
                        condition=models.Q(level__in=["street", "district", "city"]),
                    )
                ],
                "indexes": [
                    models.Index(
                        fields=["from_pos", "blown_at", "id"], name="whistle_blown",
                        condition=models.Q(state="open"),
                    ),
                    models.Index(
                        fields=["area_pos", "blown_at", "id"], name="whistle_lies",
                        condition=models.Q(state="open"),
                    ),
                    models.Index(
                        fields=["task_id"], name="whistle_task", condition=models.Q(task_id__isnull=False)
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WhistleCall",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("order_id", models.UUIDField()),
                ("agency_code", models.TextField()),
                ("is_lead", models.BooleanField()),
                ("area_pos", models.BigIntegerField()),
                ("place_pos", models.BigIntegerField()),
                ("state", models.TextField()),
                ("is_open", models.BooleanField()),
                ("reply_by", models.DateTimeField()),
                ("next_at", models.DateTimeField(null=True)),
                ("words", models.TextField(db_default="")),
                ("answered_by", models.TextField(db_default="")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "whistle",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="dispatch.whistle",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["whistle", "agency_code"], name="called_once"),
                    models.UniqueConstraint(
                        fields=["whistle"], name="one_lead_a_whistle", condition=models.Q(is_lead=True)
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["agency_code", "reply_by", "id"], name="whistlecall_agency",
                        condition=models.Q(is_open=True),
                    ),
                    models.Index(
                        fields=["order_id", "next_at"], name="whistlecall_next",
                        condition=models.Q(next_at__isnull=False),
                    ),
                ],
            },
        ),
        walls.build(
            [
                walls.shut(WHISTLE),
                walls.shut(CALL),
                walls.grant(f"{WHISTLE}, {CALL}", "select", walls.CENTRE, walls.JOB),
                walls.grant(f"{WHISTLE}, {CALL}", "insert", walls.CENTRE),
                walls.grant(WHISTLE, "update", walls.CENTRE, columns=CLOSED),
                walls.grant(CALL, "update", walls.CENTRE, columns=("is_open", "next_at")),
                walls.grant(WHISTLE, "update", walls.JOB, columns=("level", "area_pos")),
                walls.grant(CALL, "update", walls.JOB, columns=("next_at",)),
                walls.grant(WHISTLE, "select", walls.AGENCY, columns=FOR_AGENCY),
                walls.grant(CALL, "select", walls.AGENCY),
                walls.grant(CALL, "update", walls.AGENCY, columns=ANSWERED),
                walls.policy(WHISTLE, "either_side", EITHER, walls.CENTRE, walls.JOB, command="select"),
                walls.policy(WHISTLE, "own_whistle", BLOWER, walls.CENTRE, command="insert"),
                walls.policy(WHISTLE, "where_it_lies", BLOWER, walls.CENTRE, walls.JOB, command="update"),
                walls.policy(WHISTLE, "to_own_agency", TO_IT, walls.AGENCY, command="select"),
                walls.policy(CALL, "either_side", SIDES, walls.CENTRE, walls.JOB),
                walls.policy(CALL, "own_agency", walls.OWN_AGENCY % "agency_code", walls.AGENCY),
            ]
        ),
    ]  # fmt: skip
