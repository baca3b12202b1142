"""Raises the walls of workforce: sessions become scopes here, and only here."""

from django.db import migrations

from gridward.kernel import walls

ENTER = """
-- The role a session works in is that of the account's earliest live assignment; its areas are joined to one scope.
-- The list of roles repeats workforce.rules.ROLES; tests/workforce hold the two equal.
create function workforce_db_role(role text) returns text language sql immutable as $$
  select case role
    when 'grid_worker' then 'gridward_worker'
    when 'agency_liaison' then 'gridward_agency'
    when 'privacy_officer' then 'gridward_audit'
    when 'auditor' then 'gridward_audit'
    when 'system_administrator' then 'gridward_audit'
    when 'city_officer' then 'gridward_centre'
    when 'intake_officer' then 'gridward_centre'
    when 'district_officer' then 'gridward_centre'
    when 'street_officer' then 'gridward_centre'
    when 'community_officer' then 'gridward_centre'
    when 'issuing_officer' then 'gridward_centre'
    when 'system_operator' then 'gridward_centre'
  end $$;

create function workforce_enter(session_key text) returns text language plpgsql security definer
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
  perform kernel_scope_set(coalesce(ranges, '{}'::int8multirange), account::text, coalesce(agency, ''), '');
  return workforce_db_role(the_role);
end $$;
revoke all on function workforce_enter(text) from public;
grant execute on function workforce_enter(text) to gridward_app;

create function workforce_ref_known(ref text) returns boolean language sql stable security definer
  set search_path = pg_catalog, public as
  $$ select exists (select 1 from workforce_workerprofile p where p.worker_ref = ref) $$;
revoke all on function workforce_ref_known(text) from public;
grant execute on function workforce_ref_known(text) to gridward_app;
"""

APP_TABLES = (
    "django_session, axes_accessattempt, axes_accesslog, axes_accessfailurelog, axes_accessattemptexpiration"
)


class Migration(migrations.Migration):
    """The walls of workforce."""

    dependencies = [
        ("workforce", "0001_initial"),
        ("kernel", "0002_walls"),
        ("sessions", "0001_initial"),
        ("axes", "__latest__"),
        ("procrastinate", "__latest__"),
    ]

    operations = [
        migrations.RunSQL(ENTER, migrations.RunSQL.noop),
        walls.build(
            [
                walls.grant("workforce_account, workforce_assignment, workforce_agency", "select", *walls.EVERYONE),
                walls.grant("workforce_account, workforce_assignment, workforce_agency", "insert, update", walls.APP),
                walls.grant("workforce_loginsession", "select, insert, update", walls.APP),
                walls.grant(APP_TABLES, "select, insert, update, delete", walls.APP),
                "grant usage on all sequences in schema public to gridward_app;",
                "grant select, insert, update, delete on procrastinate_jobs, procrastinate_events,"
                " procrastinate_periodic_defers, procrastinate_workers to gridward_app;",
                walls.shut("workforce_workerprofile"),
                walls.grant("workforce_workerprofile", "select", walls.CENTRE, walls.WORKER, walls.JOB),
                # The roster writes profiles under labour law, without an order: the app may add, and never read.
                walls.grant("workforce_workerprofile", "insert", walls.APP),
                walls.policy("workforce_workerprofile", "roster_adds", "true", walls.APP, command="insert"),
                walls.policy("workforce_workerprofile", "in_range", walls.IN_RANGE % "area_pos", walls.CENTRE, walls.WORKER,
                             walls.JOB, command="select"),
            ]
        ),
    ]
