"""Keeps who is away and who stands in; whoever stands in has the grid in the scope of the session while it lasts."""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

ENTER = """
create or replace function workforce_enter(session_key text) returns text language plpgsql security definer
  set search_path = pg_catalog, public as $$
declare
  account uuid;
  the_role text;
  ranges int8multirange;
  agency text;
begin
  select s.account_id into account
    from workforce_loginsession s join workforce_account a on a.id = s.account_id and a.is_active
   where s.key_hash = sha256(convert_to(session_key, 'UTF8'))
     and s.ended_at is null and s.expires_at > clock_timestamp();
  if account is null then return null; end if;
  select a.role into the_role from workforce_assignment a
   where a.account_id = account and a.starts_at <= clock_timestamp()
     and (a.ends_at is null or a.ends_at > clock_timestamp())
   order by a.starts_at, a.id limit 1;
  if the_role is null then return null; end if;
  select range_agg(int8range(a.area_pos, a.area_end)) filter (where a.area_pos is not null), max(a.agency_id)
    into ranges, agency from workforce_assignment a
   where a.account_id = account and a.role = the_role and a.starts_at <= clock_timestamp()
     and (a.ends_at is null or a.ends_at > clock_timestamp());
  -- Only a grid worker stands in, and only in a grid: whatever a row says, it opens nothing else.
  if the_role = 'grid_worker' then
    ranges := coalesce(ranges, '{}'::int8multirange) + coalesce((
      select range_agg(int8range(t.pos, t.end_pos))
        from workforce_cover c join territory_area t on t.pos = c.area_pos and t.level = 'grid'
       where c.account_id = account and c.ended_at is null), '{}'::int8multirange);
  end if;
  perform kernel_scope_set(coalesce(ranges, '{}'::int8multirange), account::text, coalesce(agency, ''), '', the_role);
  return workforce_db_role(the_role);
end $$;

-- Asked when somebody signs in, before there is a scope: the grids an account stands in.
create function workforce_covered(account uuid) returns setof text language sql stable security definer
  set search_path = pg_catalog, public as
  $$ select c.area_code from workforce_cover c where c.account_id = account and c.ended_at is null $$;
revoke all on function workforce_covered(uuid) from public;
grant execute on function workforce_covered(uuid) to gridward_app;
"""

WRITERS = (walls.CENTRE, walls.JOB)
LIVE = models.Q(ended_at__isnull=True)


class Migration(migrations.Migration):
    """Absences and covers."""

    dependencies = [("workforce", "0004_tokens"), ("territory", "__first__")]

    operations = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("area_pos", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("substitute_id", models.UUIDField(null=True)),
                ("entered_by", models.TextField()),
                ("entered_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.TextField(db_default="")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="workforce.account",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(starts_at__lt=models.F("ends_at")), name="absence_has_length"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(kind__in=["leave", "rest", "quarantine", "other"]),
                        name="absence_has_a_listed_kind",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["area_pos", "ends_at"], name="absence_area", condition=LIVE),
                    models.Index(fields=["account", "ends_at"], name="absence_account", condition=LIVE),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cover",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("area_code", models.TextField()),
                ("area_pos", models.BigIntegerField()),
                ("named", models.BooleanField()),
                ("starts_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("by", models.TextField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="workforce.account",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["area_pos"], name="one_stands_in_a_grid", condition=LIVE)
                ],
                "indexes": [models.Index(fields=["account"], name="cover_account", condition=LIVE)],
            },
        ),
        migrations.RunSQL(ENTER, migrations.RunSQL.noop),
        walls.build(
            [
                walls.shut("workforce_absence"),
                walls.shut("workforce_cover"),
                walls.grant("workforce_absence, workforce_cover", "select", *WRITERS),
                walls.grant("workforce_absence", "insert", walls.CENTRE),
                walls.grant("workforce_absence", "update", walls.CENTRE, columns=("ended_at", "ended_by")),
                walls.grant("workforce_cover", "insert", *WRITERS),
                walls.grant("workforce_cover", "update", *WRITERS, columns=("ended_at",)),
                walls.by_range("workforce_absence", *WRITERS),
                walls.by_range("workforce_cover", *WRITERS),
                # A worker reads the own absence, to see until when nothing comes; nobody else's.
                walls.grant("workforce_absence", "select", walls.WORKER),
                walls.policy(
                    "workforce_absence", "own_absence", "account_id = (select kernel_scope_account())", walls.WORKER,
                    command="select",
                ),
            ]
        ),
    ]  # fmt: skip
