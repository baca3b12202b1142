"""
Lets several processes load one register: a count and a stage for each, no index twice, blind keys indexed at the end.

A foreign key brings an index of its own; household and address had one by name as well, and every row paid for both.
Blind keys are random, so that each of a city's 18 million goes to another page of an index; sorted and built at once
they cost a fifth.
"""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

#: As registry.lanes has at most.
LANES = range(1, 4)
STAGES = "".join(
    f"create unlogged table registry_stageload{what}{lane} (like registry_stageload{what});\n"
    for lane in LANES
    for what in ("household", "resident")
)
NAMES = ", ".join(f"registry_stageload{what}{lane}" for lane in LANES for what in ("household", "resident"))
#: What began before is one lane.
FIRST = """
insert into registry_importlane (run_id, number, rows_done)
select id, 0, rows_done from registry_importrun where state in ('running', 'stopped');
"""
KEYS = ("id", "phone_surname", "phone_name", "door_name")
DROP = ", ".join(f"personkey_{key}" for key in KEYS)
BUILD = "\n".join(
    f"  if to_regclass('public.personkey_{key}') is null then\n"
    f"    create index personkey_{key} on registry_personkey ({key}_key);\n  end if;"
    for key in KEYS
)
INDEXES = f"""
-- Only while nobody is registered: whoever is in is found by these indexes.
create function registry_keys_unindex() returns boolean language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  lock table registry_personkey in access exclusive mode;
  if exists (select 1 from registry_personkey) then return false; end if;
  drop index if exists {DROP};
  return true;
end $$;
create function registry_keys_index() returns void language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
{BUILD}
end $$;
revoke all on function registry_keys_unindex() from public;
revoke all on function registry_keys_index() from public;
grant execute on function registry_keys_unindex() to gridward_job;
grant execute on function registry_keys_index() to gridward_app, gridward_job;
"""


class Migration(migrations.Migration):
    """Lanes of an import."""

    dependencies = [("registry", "0003_loading_a_city")]

    operations = [
        migrations.CreateModel(
            name="ImportLane",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("rows_done", models.IntegerField(db_default=0)),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="registry.importrun",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("run", "number"), name="import_lane_once")]
            },
        ),
        migrations.AlterField(
            model_name="household",
            name="address",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="territory.address",
            ),
        ),
        migrations.AlterField(
            model_name="resident",
            name="household",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.household",
            ),
        ),
        migrations.RunSQL(STAGES + FIRST + INDEXES, migrations.RunSQL.noop),
        walls.build(
            [
                "revoke all on registry_importlane from public;",
                walls.grant("registry_importlane", "select, insert, update", walls.APP, walls.JOB),
                "grant usage on sequence registry_importlane_id_seq to gridward_app, gridward_job;",
                walls.grant(NAMES, "select, insert, truncate", walls.JOB),
            ]
        ),
    ]
