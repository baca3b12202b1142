"""
Keeps which households were visited with evidence, beside how many tasks a place has had.

What was recorded before stays uncounted: at that time nobody was told that a visit counts by saying how it was found out.
"""

from django.db import migrations, models

COUNTS = """
create or replace function dispatch_count_tasks() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if tg_op = 'INSERT' then
    insert into dispatch_taskcount (order_id, area_pos, opened, closed, visited)
    select order_id, area_pos, count(*), count(*) filter (where state = 'closed'), count(visited_at)
      from added group by 1, 2;
  elsif tg_op = 'DELETE' then
    insert into dispatch_taskcount (order_id, area_pos, opened, closed, visited)
    select order_id, area_pos, -count(*), -count(*) filter (where state = 'closed'), -count(visited_at)
      from removed group by 1, 2;
  else
    insert into dispatch_taskcount (order_id, area_pos, opened, closed, visited)
    select order_id, area_pos, sum(opened), sum(closed), sum(visited) from (
      select order_id, area_pos, 1 as opened, (state = 'closed')::int as closed,
             (visited_at is not null)::int as visited from added
      union all select order_id, area_pos, -1, -(state = 'closed')::int, -(visited_at is not null)::int
                  from removed) changed
     group by 1, 2 having sum(opened) <> 0 or sum(closed) <> 0 or sum(visited) <> 0;
  end if;
  return null;
end $$;

create or replace function dispatch_fold_counts() returns bigint language plpgsql security definer
  set search_path = pg_catalog, public as $$
declare folded bigint := 0;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('dispatch_fold_counts', 0)) then return 0; end if;
  with several as (
    select order_id, area_pos from dispatch_taskcount group by 1, 2 having count(*) > 1
  ), gone as (
    delete from dispatch_taskcount c using several s where c.order_id = s.order_id and c.area_pos = s.area_pos
    returning c.order_id, c.area_pos, c.opened, c.closed, c.visited
  ), kept as (
    insert into dispatch_taskcount (order_id, area_pos, opened, closed, visited)
    select order_id, area_pos, sum(opened), sum(closed), sum(visited) from gone group by 1, 2
  )
  select count(*) into folded from gone;
  return folded;
end $$;

-- A household that was visited stays visited, and is visited by a visit that says how it was found out.
create function dispatch_visit_has_evidence() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if new.visited_at is null or not exists (
    select from dispatch_passresult where task_id = new.id and pass_kind = 'visit'
       and result in ('done', 'refused', 'moved') and evidence ? 'found_by') then
    raise exception 'a household is visited by a visit with evidence, and stays so'
      using errcode = 'check_violation', constraint = 'visit_has_evidence';
  end if;
  return null;
end $$;
create trigger visit_has_evidence after update of visited_at on dispatch_task for each row
  when (old.visited_at is distinct from new.visited_at) execute function dispatch_visit_has_evidence();
"""
GONE = """
drop trigger visit_has_evidence on dispatch_task;
drop function dispatch_visit_has_evidence();
"""


class Migration(migrations.Migration):
    """Visits with evidence, counted."""

    dependencies = [("dispatch", "0017_supervision"), ("intake", "0013_coverage")]

    operations = [
        migrations.AddField("task", "visited_at", models.DateTimeField(null=True)),
        migrations.AddField("taskcount", "visited", models.BigIntegerField(db_default=0, default=0)),
        migrations.RemoveIndex("taskcount", "taskcount_place"),
        migrations.AddIndex(
            "taskcount",
            models.Index(
                fields=["order_id", "area_pos"], include=["opened", "closed", "visited"], name="taskcount_place"
            ),
        ),
        migrations.RunSQL(COUNTS, GONE),
    ]
