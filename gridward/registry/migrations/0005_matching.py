"""Gives matching a stage: the keys of a list go in once and are joined with every kind of key from there."""

from django.db import migrations

from gridward.kernel import walls

STAGE = """
create unlogged table registry_stagematch (
  run uuid not null, row_number int not null, id_key bytea, id_surname_key bytea, phone_surname_key bytea,
  phone_name_key bytea, door_name_key bytea);
create index stagematch_run on registry_stagematch (run);

-- Only an owner may analyze; a job may have it done, and only to the stage.
create function registry_analyze_match() returns void language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin analyze registry_stagematch; end $$;
revoke all on function registry_analyze_match() from public;
grant execute on function registry_analyze_match() to gridward_job;
"""


class Migration(migrations.Migration):
    """The stage of matching."""

    dependencies = [("registry", "0004_lanes")]

    operations = [
        migrations.RunSQL(STAGE, migrations.RunSQL.noop),
        walls.build([walls.grant("registry_stagematch", "select, insert, delete", walls.JOB)]),
    ]
