"""
Lets a clue that comes late find what was found about its person: the closed tasks of a household by their household,
and two stages, for what is known about the households of a list and for the clues it answers.

The index holds closed tasks only: opening a million tasks writes none of it.
"""

from django.db import migrations, models

from gridward.kernel import walls

STAGES = """
create unlogged table dispatch_stageknown (
  run uuid not null, household_id uuid not null, person_id uuid not null, purpose text not null, kind text not null,
  outcome text not null, outcome_at timestamptz not null, subject_id uuid not null, task_id uuid not null,
  area_pos bigint not null);
create unlogged table dispatch_stageanswer (
  run uuid not null, clue_id uuid not null, batch_id uuid not null, person_id uuid not null, resident_id uuid,
  priority text not null, purpose text not null, kind text not null, channel_code text not null,
  match_rule text not null, subject_id uuid not null, task_id uuid not null, area_pos bigint not null,
  outcome text not null, outcome_at timestamptz not null, reason text not null);
create index stageknown_key on dispatch_stageknown (run, household_id, person_id);
create index stageanswer_key on dispatch_stageanswer (run, clue_id);

create or replace function dispatch_analyze(stage text) returns void language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if stage = 'dispatch_stageclue' then analyze dispatch_stageclue; end if;
  if stage = 'dispatch_stagehousehold' then analyze dispatch_stagehousehold; end if;
  if stage = 'dispatch_stageknown' then analyze dispatch_stageknown; end if;
  if stage = 'dispatch_stageanswer' then analyze dispatch_stageanswer; end if;
end $$;
"""


class Migration(migrations.Migration):
    """What late clues are answered from."""

    dependencies = [("dispatch", "0011_handovers")]

    operations = [
        migrations.AddIndex(
            "task",
            models.Index(
                fields=["household_id", "order_id", "closed_at"],
                name="task_closed_household",
                condition=models.Q(state="closed"),
            ),
        ),
        migrations.RunSQL(STAGES, migrations.RunSQL.noop),
        walls.build(
            [walls.grant("dispatch_stageknown, dispatch_stageanswer", "select, insert, delete", walls.JOB)]
        ),
    ]
