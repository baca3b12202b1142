"""Raises the walls of the register, its stages for bulk work, and the gate of the order on every insert."""

from django.db import migrations

from gridward.kernel import walls

STAGES = """
-- COPY into a table under row-level security is refused by PostgreSQL: bulk goes through stages that only jobs touch.
create unlogged table registry_stagehousehold (
  run uuid not null, id uuid not null, domain text not null, order_id uuid, data_key uuid not null,
  wrapped bytea not null, area_pos bigint not null, address_id bigint, kind text not null, household_ref text not null);
create unlogged table registry_stageresident (
  run uuid not null, id uuid not null, household_id uuid not null, area_pos bigint not null, resident_ref text not null,
  id_kind text not null, name_sealed bytea not null, id_number_sealed bytea, phone_sealed bytea);
create unlogged table registry_stagekey (
  run uuid not null, kind text not null, value bytea not null, resident_id uuid not null, household_id uuid not null,
  area_pos bigint not null);
create index stagehousehold_run on registry_stagehousehold (run);
create index stageresident_run on registry_stageresident (run);
create index stagekey_run on registry_stagekey (run);

-- Only an owner may analyze; an import may have it done.
create function registry_analyze() returns void language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin analyze registry_household, registry_resident, registry_personkey; end $$;
revoke all on function registry_analyze() from public;
grant execute on function registry_analyze() to gridward_job;

create trigger household_needs_order after insert on registry_household
  referencing new table as added for each statement execute function governance_require_order();
"""

STAGE_TABLES = "registry_stagehousehold, registry_stageresident, registry_stagekey"
READERS = (walls.CENTRE, walls.WORKER, walls.JOB)


class Migration(migrations.Migration):
    """The walls of the register."""

    dependencies = [("registry", "0001_initial"), ("governance", "0002_walls")]

    operations = [
        migrations.RunSQL(STAGES, migrations.RunSQL.noop),
        walls.build(
            [
                walls.grant(STAGE_TABLES, "select, insert, update, delete", walls.JOB),
                walls.shut("registry_household"),
                walls.shut("registry_resident"),
                walls.shut("registry_personkey"),
                walls.grant("registry_household, registry_resident", "select", *READERS),
                walls.grant("registry_household, registry_resident, registry_personkey", "insert, update", walls.JOB),
                walls.grant("registry_household", "insert", walls.CENTRE),
                walls.grant("registry_personkey", "select", walls.JOB),
                walls.by_range("registry_household", *READERS),
                walls.by_range("registry_resident", *READERS),
                walls.by_range("registry_personkey", walls.JOB),
                "grant usage on sequence registry_personkey_id_seq to gridward_job;",
            ]
        ),
    ]
