"""
Sets supervision apart from command: times that are set for tasks, checks of closed ones, and that nobody does both.

Whoever handles a task holds its row's lock, and so does whoever supervises it: the second of two at once sees the first.
"""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

TABLE = "dispatch_supervision"
PARTED = """
create function dispatch_handled_by(task uuid, who text) returns boolean language sql stable security definer
  set search_path = pg_catalog, public as $$
  select exists (select 1 from dispatch_task t where t.id = task and t.assignee_id::text = who)
      or exists (select 1 from dispatch_passresult p where p.task_id = task and p.by = who)
      or exists (select 1 from dispatch_escalation e where e.task_id = task and who in (e.raised_by, e.decided_by))
      or exists (select 1 from dispatch_handover h where h.task_id = task and who in (h.proposed_by, h.decided_by))
      or exists (select 1 from dispatch_whistle w where w.task_id = task and who in (w.blown_by, w.closed_by)) $$;

create function dispatch_supervised_by(task uuid, who text) returns boolean language sql stable security definer
  set search_path = pg_catalog, public as $$
  select exists (select 1 from dispatch_supervision s where s.task_id = task and s.by = who) $$;

create function dispatch_refuse_both() returns void language plpgsql as $$
begin
  raise exception 'one person handles a task or supervises it, never both'
    using errcode = 'integrity_constraint_violation', constraint = 'handles_or_supervises';
end $$;

create function dispatch_supervisor_handles_not() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  perform 1 from dispatch_task where id = new.task_id for update;
  if dispatch_handled_by(new.task_id, new."by") then perform dispatch_refuse_both(); end if;
  return new;
end $$;
create trigger supervisor_handles_not before insert or update of "by", task_id on dispatch_supervision
  for each row when (new."by" <> '') execute function dispatch_supervisor_handles_not();

create function dispatch_passes_supervise_not() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if exists (select 1 from added a where a.by <> 'SYSTEM' and dispatch_supervised_by(a.task_id, a.by)) then
    perform dispatch_refuse_both();
  end if;
  return null;
end $$;
create trigger passes_supervise_not after insert on dispatch_passresult
  referencing new table as added for each statement execute function dispatch_passes_supervise_not();

-- The columns that name who had a hand in it are the trigger's arguments.
create function dispatch_hands_supervise_not() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
declare
  named text;
  told jsonb := to_jsonb(new);
begin
  foreach named in array tg_argv loop
    if told ->> 'task_id' is not null and coalesce(told ->> named, '') not in ('', 'SYSTEM')
       and dispatch_supervised_by((told ->> 'task_id')::uuid, told ->> named) then
      perform dispatch_refuse_both();
    end if;
  end loop;
  return new;
end $$;
create trigger hands_supervise_not before insert or update on dispatch_escalation for each row
  when (new.raised_by <> 'SYSTEM' or new.decided_by not in ('', 'SYSTEM'))
  execute function dispatch_hands_supervise_not('raised_by', 'decided_by');
create trigger hands_supervise_not before insert or update on dispatch_handover for each row
  execute function dispatch_hands_supervise_not('proposed_by', 'decided_by');
create trigger hands_supervise_not before insert or update on dispatch_whistle for each row
  execute function dispatch_hands_supervise_not('blown_by', 'closed_by');

revoke all on function dispatch_handled_by(uuid, text), dispatch_supervised_by(uuid, text) from public;
grant execute on function dispatch_handled_by(uuid, text), dispatch_supervised_by(uuid, text)
  to gridward_centre, gridward_worker, gridward_job;
"""
ORDERS = f"{walls.IN_RANGE % 'area_pos'} and kind = 'order'"
DRAWS = f"{walls.IN_RANGE % 'area_pos'} and kind = 'check' and state = 'waiting' and by = ''"


class Migration(migrations.Migration):
    """Supervision."""

    dependencies = [("dispatch", "0016_whistles")]

    operations = [
        migrations.AddIndex(
            "escalation",
            models.Index(
                fields=["from_pos", "raised_at", "id"], name="escalation_risen",
                condition=models.Q(state="open"),
            ),
        ),
        migrations.CreateModel(
            name="Supervision",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("order_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("state", models.TextField()),
                ("words", models.TextField(db_default="")),
                ("due_at", models.DateTimeField(null=True)),
                ("by", models.TextField(db_default="")),
                ("at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
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
                        fields=["task"], name="one_time_set_a_task", condition=models.Q(state="open")
                    ),
                    models.UniqueConstraint(
                        fields=["task"], name="one_check_a_task", condition=models.Q(kind="check")
                    ),
                    models.CheckConstraint(
                        name="supervision_says_who",
                        condition=models.Q(state="waiting", by="") | ~models.Q(by=""),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["task", "by"], name="supervision_task"),
                    models.Index(
                        fields=["area_pos", "at", "id"], name="supervision_waiting",
                        condition=models.Q(state="waiting"),
                    ),
                    models.Index(
                        fields=["area_pos", "due_at", "id"], name="supervision_open",
                        condition=models.Q(state="open"),
                    ),
                ],
            },
        ),
        migrations.RunSQL(PARTED, migrations.RunSQL.noop),
        walls.build(
            [
                walls.shut(TABLE),
                walls.grant(TABLE, "select", walls.CENTRE, walls.WORKER, walls.JOB),
                walls.grant(TABLE, "insert", walls.CENTRE, walls.WORKER),
                walls.grant(TABLE, "update", walls.CENTRE, columns=("state", "words", "by", "decided_at")),
                walls.grant(TABLE, "update", walls.WORKER, columns=("state", "decided_at")),
                walls.grant(TABLE, "update", walls.JOB, columns=("area_pos", "state", "decided_at")),
                walls.by_range(TABLE, walls.CENTRE, walls.JOB),
                # A worker reads what is ordered and closes it; whether a task was drawn, nobody below learns.
                walls.policy(TABLE, "orders", ORDERS, walls.WORKER, command="select"),
                walls.policy(TABLE, "orders_end", ORDERS, walls.WORKER, command="update"),
                walls.policy(TABLE, "draws", DRAWS, walls.WORKER, command="insert"),
            ]
        ),
    ]  # fmt: skip
