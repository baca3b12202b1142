"""Gives dispatch its stages: what is put into tasks is handed from statement to statement, not through Python."""

from django.db import migrations

from gridward.kernel import walls

STAGES = """
create unlogged table dispatch_stageclue (
  run uuid not null, clue_id uuid not null, batch_id uuid not null, household_id uuid not null, person_id uuid not null,
  resident_id uuid, area_pos bigint not null, priority text not null, purpose text not null, kind text not null,
  channel_code text not null, match_rule text not null, row_number int not null);
create unlogged table dispatch_stagehousehold (
  run uuid not null, household_id uuid not null, area_pos bigint not null, batch_id uuid not null,
  priority text not null, is_new boolean not null, task_id uuid not null, assignee_id uuid);
create index stageclue_run on dispatch_stageclue (run);
create index stagedhousehold_run on dispatch_stagehousehold (run);

-- Only an owner may analyze; a run may have it done, and only to the stages.
create function dispatch_analyze(stage text) returns void language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if stage = 'dispatch_stageclue' then analyze dispatch_stageclue; end if;
  if stage = 'dispatch_stagehousehold' then analyze dispatch_stagehousehold; end if;
end $$;
revoke all on function dispatch_analyze(text) from public;
grant execute on function dispatch_analyze(text) to gridward_job;
"""


class Migration(migrations.Migration):
    """The stages of dispatch."""

    dependencies = [("dispatch", "0004_counts"), ("kernel", "0005_new_ids")]

    operations = [
        migrations.RunSQL(STAGES, migrations.RunSQL.noop),
        walls.build(
            [walls.grant("dispatch_stageclue, dispatch_stagehousehold", "select, insert, delete", walls.JOB)]
        ),
    ]
