"""
Keeps how good the rows of each list were: what was wrong with them, whom they repeat, and how each was answered.

A row that was answered was counted already, by one row of `intake_answercount`; from now on that row says how. What is
known when a list is read stands with the list. So what a sender gets back is added up from a few rows a list, however
many the list has.
"""

from django.db import migrations, models
from django.db.models import F, Q

from gridward.kernel import walls

#: What a row is counted under once it is answered. A correction adds its mark behind a comma, and changes nothing.
FATE = """
create function intake_fate(repeats text, outcome text, reason text) returns text language sql immutable parallel safe as $$
  select case when repeats <> '' then 'repeat'
              when outcome = 'out_of_scope' and split_part(ltrim(reason, ','), ',', 1)
                   in ('data_wrong', 'no_resident', 'named_twice', 'place_unknown')
              then split_part(ltrim(reason, ','), ',', 1)
              else outcome end $$;
alter table intake_stageclue add column repeats text;
"""

# What came in before is read from its rows once. Nobody has to have a basis for counting what is there.
BEFORE = """
with placed as (
  select id, count_state, received_at,
         row_number() over (partition by order_id, person_id, batch_id order by row_number) as nth,
         min(received_at) over (partition by order_id, person_id, channel_id) as first_at
    from intake_clue where person_id is not null)
update intake_clue c set repeats = case when p.nth > 1 then 'list' else 'channel' end
  from placed p where p.id = c.id and p.count_state = 'merged' and (p.nth > 1 or p.first_at < p.received_at);

set constraints all immediate;
alter table intake_batch disable trigger batch_commit_needs_order;
update intake_batch b
   set list_repeat_count = c.in_list, channel_repeat_count = c.in_channel, unplaced_count = c.unplaced,
       id_unusable_count = coalesce((b.notes ->> 'id_unusable')::int, 0),
       phone_unusable_count = coalesce((b.notes ->> 'phone_unusable')::int, 0)
  from (select batch_id, count(*) filter (where repeats = 'list') as in_list,
               count(*) filter (where repeats = 'channel') as in_channel,
               count(*) filter (where count_state = 'waiting' and waiting_reason = 'unplaced') as unplaced
          from intake_clue group by 1) c
 where c.batch_id = b.id;
update intake_batch b set reject_counts = r.counts
  from (select batch_id, jsonb_object_agg(code, count) as counts
          from (select batch_id, code, count(*) as count from intake_batchreject group by 1, 2) c group by 1) r
 where r.batch_id = b.id;
alter table intake_batch enable trigger batch_commit_needs_order;

delete from intake_answercount;
insert into intake_answercount (batch_id, agency_code, area_pos, fate, answered)
select b.id, b.agency_code, b.area_pos, intake_fate(c.repeats, c.outcome, c.outcome_reason), count(*)
  from intake_clue c join intake_batch b on b.id = c.batch_id where c.state = 'closed' group by 1, 2, 3, 4;
"""

COUNTS = """
create or replace function intake_count_answers() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if tg_op <> 'INSERT' and old.state = 'closed' then
    insert into intake_answercount (batch_id, agency_code, area_pos, fate, answered)
    select id, agency_code, area_pos, public.intake_fate(old.repeats, old.outcome, old.outcome_reason), -1
      from intake_batch where id = old.batch_id;
  end if;
  if tg_op <> 'DELETE' and new.state = 'closed' then
    insert into intake_answercount (batch_id, agency_code, area_pos, fate, answered)
    select id, agency_code, area_pos, public.intake_fate(new.repeats, new.outcome, new.outcome_reason), 1
      from intake_batch where id = new.batch_id;
  end if;
  return null;
end $$;
drop trigger answer_counted_when_given on intake_clue;
create trigger answer_counted_when_given
  after update of state, batch_id, repeats, outcome, outcome_reason on intake_clue for each row
  when ('closed' in (old.state, new.state)
        and (old.state <> new.state or old.batch_id <> new.batch_id or old.outcome <> new.outcome
             or old.outcome_reason <> new.outcome_reason or old.repeats <> new.repeats))
  execute function intake_count_answers();

create or replace function intake_fold_counts() returns bigint language plpgsql security definer
  set search_path = pg_catalog, public as $$
declare answers bigint; places bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('intake_fold_counts', 0)) then return 0; end if;
  with several as (
    select batch_id, fate from intake_answercount group by 1, 2 having count(*) > 1
  ), gone as (
    delete from intake_answercount c using several s where c.batch_id = s.batch_id and c.fate = s.fate
    returning c.batch_id, c.agency_code, c.area_pos, c.fate, c.answered
  ), kept as (
    insert into intake_answercount (batch_id, agency_code, area_pos, fate, answered)
    select batch_id, agency_code, area_pos, fate, sum(answered) from gone group by 1, 2, 3, 4
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
"""

#: What a department reads of its own lists beside what it could. Not whom others asked about: a list of one row would
#: tell whether anybody else looks for that person.
NUMBERS = (
    "list_repeat_count", "channel_repeat_count", "id_unusable_count", "phone_unusable_count", "unplaced_count",
)  # fmt: skip
FOR_SENDER = (*NUMBERS, "reject_counts")
KEPT = ["agency_code", "area_pos", "fate", "answered"]


class Migration(migrations.Migration):
    """Counts of how good each list was, kept."""

    dependencies = [("intake", "0014_own_quota")]

    operations = [
        *(migrations.AddField("batch", name, models.IntegerField(db_default=0, default=0)) for name in NUMBERS),
        migrations.AddField("batch", "reject_counts", models.JSONField(db_default={}, default=dict)),
        migrations.AddField("clue", "repeats", models.TextField(db_default="", default="")),
        migrations.AddField("answercount", "fate", models.TextField(db_default="", default="")),
        migrations.RunSQL(FATE, migrations.RunSQL.noop),
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(COUNTS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "batch",
            models.CheckConstraint(
                condition=Q(merged_count__gte=F("list_repeat_count") + F("channel_repeat_count")),
                name="repeats_are_merged",
            ),
        ),
        migrations.AddIndex(
            "clue",
            models.Index(
                fields=["order_id", "person_id"],
                name="clue_person_again",
                condition=~Q(count_state="new") & Q(person_id__isnull=False),
            ),
        ),
        migrations.RemoveIndex("answercount", "answercount_batch"),
        migrations.AddIndex(
            "answercount", models.Index(fields=["batch_id"], include=KEPT, name="answercount_batch")
        ),
        walls.build(
            [
                walls.grant("intake_batch", "select", walls.AGENCY, columns=FOR_SENDER),
                walls.grant("intake_answercount", "select", walls.AGENCY, columns=("fate",)),
            ]
        ),
    ]  # fmt: skip
