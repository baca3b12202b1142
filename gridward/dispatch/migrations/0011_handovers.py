"""
Lets a task go to another grid: the hand-over, and that what is written down about a task goes with it.

Passes stay as they were recorded; only where they lie follows their task, and only a job may move them.
"""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

PLACES = """
-- Append-only but for the place, and that is a job's: the hand-over of a task takes its trail along.
create function dispatch_only_its_place() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and current_user = 'gridward_job'
     and to_jsonb(old) - 'area_pos' = to_jsonb(new) - 'area_pos' then
    return new;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;
"""
FOLLOWS = """
drop trigger {0}_append_only on {0};
create trigger {0}_append_only before update or delete on {0}
  for each row execute function dispatch_only_its_place();
grant update (area_pos) on {0} to gridward_job;
"""
TABLE = "dispatch_handover"
BOTH_SIDES = f"({walls.IN_RANGE % 'area_pos'} or {walls.IN_RANGE % 'from_pos'})"
WAITING = models.Q(state__in=["proposed", "street"])
DECIDED = ("state", "area_pos", "decided_by", "decided_at", "reason")


class Migration(migrations.Migration):
    """Hand-overs."""

    dependencies = [("dispatch", "0010_plans")]

    operations = [
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("order_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("state", models.TextField()),
                ("area_pos", models.BigIntegerField()),
                ("from_pos", models.BigIntegerField()),
                ("to_pos", models.BigIntegerField()),
                ("street_pos", models.BigIntegerField()),
                ("priority", models.TextField()),
                ("people_count", models.IntegerField()),
                ("proposed_by", models.TextField()),
                ("proposed_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("decided_by", models.TextField(db_default="")),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(db_default="")),
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
                    models.UniqueConstraint(
                        fields=["task"], name="one_waiting_handover_a_task", condition=WAITING
                    )
                ],
                "indexes": [
                    models.Index(fields=["task"], name="handover_task"),
                    models.Index(fields=["area_pos"], name="handover_waiting", condition=WAITING),
                    models.Index(
                        fields=["order_id", "due_at"], name="handover_due", condition=models.Q(state="proposed")
                    ),
                ],
            },
        ),
        migrations.RunSQL(PLACES, migrations.RunSQL.noop),
        migrations.RunSQL(FOLLOWS.format("dispatch_passresult"), migrations.RunSQL.noop),
        migrations.RunSQL(FOLLOWS.format("dispatch_passdisagreement"), migrations.RunSQL.noop),
        walls.build(
            [
                walls.shut(TABLE),
                walls.grant(TABLE, "select", walls.CENTRE, walls.WORKER, walls.JOB),
                walls.grant(TABLE, "insert", walls.CENTRE, walls.WORKER),
                walls.grant(TABLE, "update", walls.CENTRE, walls.WORKER, walls.JOB, columns=DECIDED),
                walls.policy(TABLE, "either_side", BOTH_SIDES, walls.CENTRE, walls.WORKER, walls.JOB),
            ]
        ),
    ]  # fmt: skip
