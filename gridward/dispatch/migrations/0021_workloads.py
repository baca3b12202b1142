"""
Keeps how many households each worker has in the hand, place by place, as the tasks of a place are kept.

The budgets of a city counted every open task by worker each time somebody looked.
"""

from django.db import migrations, models

from gridward.kernel import walls

WORKLOADS = """
create function dispatch_count_hands() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if tg_op = 'INSERT' then
    insert into dispatch_workload (order_id, area_pos, account_id, in_hand)
    select order_id, area_pos, assignee_id, count(*) from added
     where state = 'open' and released_at is not null and assignee_id is not null group by 1, 2, 3;
  elsif tg_op = 'DELETE' then
    insert into dispatch_workload (order_id, area_pos, account_id, in_hand)
    select order_id, area_pos, assignee_id, -count(*) from removed
     where state = 'open' and released_at is not null and assignee_id is not null group by 1, 2, 3;
  else
    insert into dispatch_workload (order_id, area_pos, account_id, in_hand)
    select order_id, area_pos, assignee_id, sum(held) from (
      select order_id, area_pos, assignee_id, 1 as held from added
       where state = 'open' and released_at is not null and assignee_id is not null
      union all select order_id, area_pos, assignee_id, -1 from removed
       where state = 'open' and released_at is not null and assignee_id is not null) changed
     group by 1, 2, 3 having sum(held) <> 0;
  end if;
  return null;
end $$;
create trigger task_in_hand_when_opened after insert on dispatch_task
  referencing new table as added for each statement execute function dispatch_count_hands();
create trigger task_in_hand_when_changed after update on dispatch_task
  referencing old table as removed new table as added for each statement execute function dispatch_count_hands();
create trigger task_in_hand_when_removed after delete on dispatch_task
  referencing old table as removed for each statement execute function dispatch_count_hands();

-- As `dispatch_fold_counts`; what comes to nothing goes.
create function dispatch_fold_workloads() returns bigint language plpgsql security definer
  set search_path = pg_catalog, public as $$
declare folded bigint := 0;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('dispatch_fold_workloads', 0)) then return 0; end if;
  with several as (
    select order_id, area_pos, account_id from dispatch_workload group by 1, 2, 3 having count(*) > 1
  ), gone as (
    delete from dispatch_workload c using several s
     where c.order_id = s.order_id and c.area_pos = s.area_pos and c.account_id = s.account_id
    returning c.order_id, c.area_pos, c.account_id, c.in_hand
  ), kept as (
    insert into dispatch_workload (order_id, area_pos, account_id, in_hand)
    select order_id, area_pos, account_id, sum(in_hand) from gone group by 1, 2, 3 having sum(in_hand) <> 0
  )
  select count(*) into folded from gone;
  return folded;
end $$;
revoke all on function dispatch_fold_workloads() from public;
grant execute on function dispatch_fold_workloads() to gridward_app;

insert into dispatch_workload (order_id, area_pos, account_id, in_hand)
select order_id, area_pos, assignee_id, count(*) from dispatch_task
 where state = 'open' and released_at is not null and assignee_id is not null group by 1, 2, 3;
"""
READERS = (walls.CENTRE, walls.JOB)


class Migration(migrations.Migration):
    """Households in the hand, kept."""

    dependencies = [("dispatch", "0020_closed_alone")]

    operations = [
        migrations.CreateModel(
            name="Workload",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("order_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                ("account_id", models.UUIDField()),
                ("in_hand", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["order_id", "area_pos", "account_id"], include=["in_hand"], name="workload_place"
                    )
                ]
            },
        ),
        migrations.RunSQL(WORKLOADS, migrations.RunSQL.noop),
        walls.build(
            [
                walls.shut("dispatch_workload"),
                walls.grant("dispatch_workload", "select", *READERS),
                walls.by_range("dispatch_workload", *READERS),
            ]
        ),
    ]
