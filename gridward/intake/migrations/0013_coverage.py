"""
Keeps how many clues each place received, how many are closed and how many of their questions are answered with evidence,
in the transaction that changes a clue.

Received is only ever added: a clue that is removed takes nothing from what was received. As with the counts of answers a
change is asked about row by row; a list comes in by one statement, and is counted by one.
"""

from django.db import migrations, models

from gridward.kernel import walls

COUNTS = """
create function intake_count_received() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  insert into intake_cluecount (order_id, area_pos, kind, received, closed, verified, proved)
  select order_id, area_pos, kind, count(*), count(*) filter (where state = 'closed'),
         count(*) filter (where proved_count > 0), sum(proved_count) from added group by 1, 2, 3;
  return null;
end $$;
create trigger clue_counted_when_received after insert on intake_clue
  referencing new table as added for each statement execute function intake_count_received();

create function intake_count_proved() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  insert into intake_cluecount (order_id, area_pos, kind, received, closed, verified, proved)
  select order_id, area_pos, kind, sum(one), sum(closed), sum(verified), sum(proved) from (values
      (new.order_id, new.area_pos, new.kind, 1, (new.state = 'closed')::int, (new.proved_count > 0)::int,
       new.proved_count::int),
      (old.order_id, old.area_pos, old.kind, -1, -(old.state = 'closed')::int, -(old.proved_count > 0)::int,
       -old.proved_count::int)) as c (order_id, area_pos, kind, one, closed, verified, proved) group by 1, 2, 3;
  return null;
end $$;
create trigger clue_counted_when_changed after update of order_id, area_pos, kind, state, proved_count on intake_clue
  for each row when (old.area_pos <> new.area_pos or old.proved_count <> new.proved_count
                     or old.order_id <> new.order_id or old.kind <> new.kind
                     or old.state <> new.state and 'closed' in (old.state, new.state))
  execute function intake_count_proved();

create function intake_fold_clues() returns bigint language plpgsql security definer
  set search_path = pg_catalog, public as $$
declare folded bigint := 0;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('intake_fold_clues', 0)) then return 0; end if;
  with several as (
    select order_id, area_pos, kind from intake_cluecount group by 1, 2, 3 having count(*) > 1
  ), gone as (
    delete from intake_cluecount c using several s
     where c.order_id = s.order_id and c.area_pos = s.area_pos and c.kind = s.kind
    returning c.order_id, c.area_pos, c.kind, c.received, c.closed, c.verified, c.proved
  ), kept as (
    insert into intake_cluecount (order_id, area_pos, kind, received, closed, verified, proved)
    select order_id, area_pos, kind, sum(received), sum(closed), sum(verified), sum(proved) from gone group by 1, 2, 3
  )
  select count(*) into folded from gone;
  return folded;
end $$;
revoke all on function intake_fold_clues() from public;
grant execute on function intake_fold_clues() to gridward_app;

insert into intake_cluecount (order_id, area_pos, kind, received, closed, verified, proved)
select order_id, area_pos, kind, count(*), count(*) filter (where state = 'closed'), 0, 0 from intake_clue group by 1, 2, 3;
"""
GONE = """
drop trigger clue_counted_when_received on intake_clue;
drop trigger clue_counted_when_changed on intake_clue;
drop function intake_count_received();
drop function intake_count_proved();
drop function intake_fold_clues();
"""
READERS = (walls.CENTRE, walls.JOB)


class Migration(migrations.Migration):
    """Counts of what was received and what is proved, kept."""

    dependencies = [("intake", "0012_quota")]

    operations = [
        migrations.AddField("clue", "proved_count", models.SmallIntegerField(db_default=0, default=0)),
        migrations.AddConstraint(
            "clue",
            models.CheckConstraint(
                condition=models.Q(proved_count=0) | models.Q(proved_count__gt=0, state="closed"),
                name="proved_is_closed",
            ),
        ),
        migrations.CreateModel(
            name="ClueCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("order_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("received", models.BigIntegerField()),
                ("closed", models.BigIntegerField()),
                ("verified", models.BigIntegerField()),
                ("proved", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["order_id", "area_pos"],
                        include=["kind", "received", "closed", "verified", "proved"],
                        name="cluecount_place",
                    )
                ]
            },
        ),
        migrations.RunSQL(COUNTS, GONE),
        walls.build(
            [
                walls.grant("intake_clue", "update", walls.WORKER, columns=("proved_count",)),
                walls.shut("intake_cluecount"),
                walls.grant("intake_cluecount", "select", *READERS),
                walls.by_range("intake_cluecount", *READERS),
            ]
        ),
    ]
