"""Remembers how far a signed carry-over is carried out; every chunk asks here whether it still may be."""

from django.db import migrations, models

from gridward.kernel import walls

TABLE = "registry_carryrun"
GATE = f"""
create function registry_carry_asks() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if not governance_carries_now(new.carry_over_id) then
    raise exception 'nothing signed lets this register be carried over now' using errcode = 'GW003';
  end if;
  return new;
end $$;
create trigger carrying_is_signed before insert or update on {TABLE}
  for each row execute function registry_carry_asks();
"""


class Migration(migrations.Migration):
    """Runs of carry-overs."""

    dependencies = [("registry", "0010_premises"), ("governance", "0008_carry_overs")]

    operations = [
        migrations.CreateModel(
            name="CarryRun",
            fields=[
                ("carry_over_id", models.UUIDField(primary_key=True, serialize=False)),
                ("order_id", models.UUIDField()),
                ("state", models.TextField()),
                ("starts_count", models.IntegerField(db_default=1, default=1)),
                ("residents_count", models.IntegerField(db_default=0, default=0)),
                ("households_count", models.IntegerField(db_default=0, default=0)),
                ("known_count", models.IntegerField(db_default=0, default=0)),
                ("started_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(GATE, migrations.RunSQL.noop),
        walls.build(
            [
                f"revoke all on {TABLE} from public;",
                walls.grant(TABLE, "select", walls.APP, walls.JOB),
                walls.grant(TABLE, "insert, update", walls.JOB),
            ]
        ),
    ]
