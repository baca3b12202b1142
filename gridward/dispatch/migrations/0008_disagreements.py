"""
Keeps where a visit says the contrary of an earlier pass, and holds the closed list of reasons for leaving one out.

An index over what was left out, as there is little of it: the skip rate is counted from there.
"""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

READERS = (walls.CENTRE, walls.WORKER, walls.JOB)
TABLE = "dispatch_passdisagreement"


class Migration(migrations.Migration):
    """Passes that disagree."""

    dependencies = [("dispatch", "0007_stages_by_key")]

    operations = [
        migrations.CreateModel(
            name="PassDisagreement",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("task_id", models.UUIDField()),
                ("order_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                ("pass_kind", models.TextField()),
                ("was", models.TextField()),
                ("outcome", models.TextField()),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="dispatch.tasksubject",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["task_id"], name="disagreement_task"),
                    models.Index(
                        fields=["order_id", "area_pos"], include=["pass_kind"], name="disagreement_place"
                    ),
                ]
            },
        ),
        migrations.AddConstraint(
            "passresult",
            models.CheckConstraint(
                condition=~models.Q(result="skipped")
                | models.Q(pass_kind="phone", reason__in=["no_number", "at_the_door", "cannot_use_phone"])
                | models.Q(pass_kind="visit", reason="settled_by_phone"),
                name="skip_has_a_lawful_reason",
            ),
        ),
        migrations.AddIndex(
            "passresult",
            models.Index(
                fields=["area_pos"], include=["task_id", "pass_kind", "reason"], name="pass_skipped",
                condition=models.Q(result="skipped"),
            ),
        ),
        walls.build(
            [
                walls.shut(TABLE),
                walls.grant(TABLE, "select, insert", *READERS),
                walls.by_range(TABLE, *READERS),
                walls.append_only(TABLE),
            ]
        ),
    ]  # fmt: skip
