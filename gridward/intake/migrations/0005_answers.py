"""
Keeps how many rows of each list are answered and how many wait at each place, in the transaction that changes a row; and
finds the oldest row that waits.

A department's page counted every answered row of every list it ever sent, the city's board every row that waits; the
queue of the whole city sorted all that waits to show fifty. Counts are only ever added and folded together later, as the
counts of tasks are. The triggers are asked row by row: a list's rows are wide, and hardly any of them waits.
"""

from django.db import migrations, models

from gridward.kernel import walls

COUNTS = """
create function intake_count_answers() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if tg_op <> 'INSERT' and old.state = 'closed' then
    insert into intake_answercount (batch_id, agency_code, area_pos, answered)
    select id, agency_code, area_pos, -1 from intake_batch where id = old.batch_id;
  end if;
  if tg_op <> 'DELETE' and new.state = 'closed' then
    insert into intake_answercount (batch_id, agency_code, area_pos, answered)
    select id, agency_code, area_pos, 1 from intake_batch where id = new.batch_id;
  end if;
  return null;
end $$;
create trigger answer_counted_when_given after update of state, batch_id on intake_clue for each row
  when (old.state <> new.state and 'closed' in (old.state, new.state) or old.batch_id <> new.batch_id)
  execute function intake_count_answers();
create trigger answer_counted_when_made after insert on intake_clue for each row
  when (new.state = 'closed') execute function intake_count_answers();
create trigger answer_counted_when_removed after delete on intake_clue for each row
  when (old.state = 'closed') execute function intake_count_answers();

create function intake_count_waiting() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if tg_op <> 'INSERT' and old.state = 'waiting' then
    insert into intake_waitcount (area_pos, waiting) values (old.area_pos, -1);
  end if;
  if tg_op <> 'DELETE' and new.state = 'waiting' then
    insert into intake_waitcount (area_pos, waiting) values (new.area_pos, 1);
  end if;
  return null;
end $$;
create trigger waiting_counted_when_changed after update of state, area_pos on intake_clue for each row
  when ('waiting' in (old.state, new.state) and (old.state <> new.state or old.area_pos <> new.area_pos))
  execute function intake_count_waiting();
create trigger waiting_counted_when_made after insert on intake_clue for each row
  when (new.state = 'waiting') execute function intake_count_waiting();
create trigger waiting_counted_when_removed after delete on intake_clue for each row
  when (old.state = 'waiting') execute function intake_count_waiting();

create function intake_fold_counts() returns bigint language plpgsql security definer
  set search_path = pg_catalog, public as $$
declare answers bigint; places bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('intake_fold_counts', 0)) then return 0; end if;
  with several as (
    select batch_id from intake_answercount group by 1 having count(*) > 1
  ), gone as (
    delete from intake_answercount c using several s where c.batch_id = s.batch_id
    returning c.batch_id, c.agency_code, c.area_pos, c.answered
  ), kept as (
    insert into intake_answercount (batch_id, agency_code, area_pos, answered)
    select batch_id, agency_code, area_pos, sum(answered) from gone group by 1, 2, 3
  )
  select count(*) into answers from gone;
  with several as (
    select area_pos from intake_waitcount group by 1 having count(*) > 1
  ), gone as (
    delete from intake_waitcount c using several s where c.area_pos = s.area_pos returning c.area_pos, c.waiting
  ), kept as (
    insert into intake_waitcount (area_pos, waiting) select area_pos, sum(waiting) from gone group by 1
  )
  select count(*) into places from gone;
  return answers + places;
end $$;
revoke all on function intake_fold_counts() from public;
grant execute on function intake_fold_counts() to gridward_app;

insert into intake_waitcount (area_pos, waiting)
select area_pos, count(*) from intake_clue where state = 'waiting' group by 1;

insert into intake_answercount (batch_id, agency_code, area_pos, answered)
select b.id, b.agency_code, b.area_pos, count(*) from intake_clue c join intake_batch b on b.id = c.batch_id
 where c.state = 'closed' group by 1, 2, 3;
"""


class Migration(migrations.Migration):
    """Counts of answers, kept."""

    dependencies = [("intake", "0004_written_in_place")]

    operations = [
        migrations.CreateModel(
            name="AnswerCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("batch_id", models.UUIDField()),
                ("agency_code", models.TextField()),
                ("area_pos", models.BigIntegerField()),
                ("answered", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["batch_id"], include=["agency_code", "area_pos", "answered"], name="answercount_batch"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="WaitCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("area_pos", models.BigIntegerField()),
                ("waiting", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["area_pos"], include=["waiting"], name="waitcount_place")]
            },
        ),
        migrations.AddIndex(
            "clue",
            models.Index(fields=["id"], name="clue_oldest_waiting", condition=models.Q(person_id__isnull=True)),
        ),
        migrations.RunSQL(COUNTS, migrations.RunSQL.noop),
        walls.build(
            [
                walls.shut("intake_answercount"),
                walls.grant("intake_answercount", "select", walls.CENTRE, walls.JOB, walls.AGENCY),
                walls.by_range("intake_answercount", walls.CENTRE, walls.JOB),
                walls.by_agency("intake_answercount"),
                walls.shut("intake_waitcount"),
                walls.grant("intake_waitcount", "select", walls.CENTRE, walls.JOB),
                walls.by_range("intake_waitcount", walls.CENTRE, walls.JOB),
            ]
        ),
    ]  # fmt: skip
