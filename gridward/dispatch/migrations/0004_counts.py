"""
Keeps how many tasks each place has had, and how many of them are closed, in the transaction that changes a task.

A board of the city counted a million rows each time it was looked at. Changes are only ever added, so nobody waits for
anybody at a popular place; now and then they are folded together (see `rollups`). Also the indexes by which a wide area
finds what is late and what happened today without reading its tasks.
"""

from django.db import migrations, models

from gridward.kernel import walls

COUNTS = """
create function dispatch_count_tasks() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if tg_op = 'INSERT' then
    insert into dispatch_taskcount (order_id, area_pos, opened, closed)
    select order_id, area_pos, count(*), count(*) filter (where state = 'closed') from added group by 1, 2;
  elsif tg_op = 'DELETE' then
    insert into dispatch_taskcount (order_id, area_pos, opened, closed)
    select order_id, area_pos, -count(*), -count(*) filter (where state = 'closed') from removed group by 1, 2;
  else
    insert into dispatch_taskcount (order_id, area_pos, opened, closed)
    select order_id, area_pos, sum(opened), sum(closed) from (
      select order_id, area_pos, 1 as opened, (state = 'closed')::int as closed from added
      union all select order_id, area_pos, -1, -(state = 'closed')::int from removed) changed
     group by 1, 2 having sum(opened) <> 0 or sum(closed) <> 0;
  end if;
  return null;
end $$;
create trigger task_counted_when_opened after insert on dispatch_task
  referencing new table as added for each statement execute function dispatch_count_tasks();
create trigger task_counted_when_changed after update on dispatch_task
  referencing old table as removed new table as added for each statement execute function dispatch_count_tasks();
create trigger task_counted_when_removed after delete on dispatch_task
  referencing old table as removed for each statement execute function dispatch_count_tasks();

-- One at a time; whoever comes second has nothing to do. A reader sees a place before or after, never in between.
create function dispatch_fold_counts() returns bigint language plpgsql security definer
  set search_path = pg_catalog, public as $$
declare folded bigint := 0;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('dispatch_fold_counts', 0)) then return 0; end if;
  with several as (
    select order_id, area_pos from dispatch_taskcount group by 1, 2 having count(*) > 1
  ), gone as (
    delete from dispatch_taskcount c using several s where c.order_id = s.order_id and c.area_pos = s.area_pos
    returning c.order_id, c.area_pos, c.opened, c.closed
  ), kept as (
    insert into dispatch_taskcount (order_id, area_pos, opened, closed)
    select order_id, area_pos, sum(opened), sum(closed) from gone group by 1, 2
  )
  select count(*) into folded from gone;
  return folded;
end $$;
revoke all on function dispatch_fold_counts() from public;
grant execute on function dispatch_fold_counts() to gridward_app;

insert into dispatch_taskcount (order_id, area_pos, opened, closed)
select order_id, area_pos, count(*), count(*) filter (where state = 'closed') from dispatch_task group by 1, 2;
"""
READERS = (walls.CENTRE, walls.JOB)


class Migration(migrations.Migration):
    """Counts of tasks, kept."""

    dependencies = [("dispatch", "0003_pass_forms")]

    operations = [
        migrations.CreateModel(
            name="TaskCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("order_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                ("opened", models.BigIntegerField()),
                ("closed", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["order_id", "area_pos"], include=["opened", "closed"], name="taskcount_place"
                    )
                ]
            },
        ),
        migrations.AddIndex(
            "task",
            models.Index(
                fields=["due_at"], include=["area_pos", "order_id"], name="task_due",
                condition=models.Q(state="open"),
            ),
        ),
        migrations.AddIndex(
            "task", models.Index(fields=["opened_at"], include=["area_pos", "order_id"], name="task_opened_at")
        ),
        migrations.AddIndex(
            "task",
            models.Index(
                fields=["closed_at"], include=["area_pos", "order_id"], name="task_closed_at",
                condition=models.Q(closed_at__isnull=False),
            ),
        ),
        migrations.AddConstraint(
            "task",
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "closed"]), name="task_is_open_or_closed"
            ),
        ),
        migrations.RunSQL(COUNTS, migrations.RunSQL.noop),
        walls.build(
            [
                walls.shut("dispatch_taskcount"),
                walls.grant("dispatch_taskcount", "select", *READERS),
                walls.by_range("dispatch_taskcount", *READERS),
            ]
        ),
    ]  # fmt: skip
