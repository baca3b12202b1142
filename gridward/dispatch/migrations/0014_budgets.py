"""Keeps when P1 goes over a budget and why; finds what waits and what was asked by place."""

from django.db import migrations, models

from gridward.kernel import walls

TABLE = "dispatch_budgetexcess"
WRITERS = (walls.CENTRE, walls.WORKER, walls.JOB)


class Migration(migrations.Migration):
    """Budgets."""

    dependencies = [("dispatch", "0013_withdrawn")]

    operations = [
        migrations.CreateModel(
            name="BudgetExcess",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("order_id", models.UUIDField()),
                ("task_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                ("budget", models.TextField()),
                ("reason", models.TextField()),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(budget__in=["worker", "household"]), name="excess_of_a_known_budget"
                    )
                ],
                "indexes": [
                    models.Index(fields=["area_pos", "at"], include=["budget", "reason"], name="excess_place")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                fields=["area_pos", "release_at"],
                name="task_waiting",
                condition=models.Q(state="open", released_at__isnull=True),
            ),
        ),
        migrations.AddIndex(
            model_name="passresult",
            index=models.Index(
                fields=["area_pos", "at"],
                include=["task_id"],
                name="pass_asked",
                condition=models.Q(pass_kind__in=["phone", "visit"]) & ~models.Q(result="skipped"),
            ),
        ),
        walls.build(
            [
                walls.shut(TABLE),
                walls.grant(TABLE, "select, insert", *WRITERS),
                walls.by_range(TABLE, *WRITERS),
                walls.append_only(TABLE),
            ]
        ),
    ]
