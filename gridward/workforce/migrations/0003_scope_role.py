"""Lets a session's scope say in which role the account works, so that the walls of other rooms can ask for it."""

from django.db import migrations

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
  perform kernel_scope_set(coalesce(ranges, '{}'::int8multirange), account::text, coalesce(agency, ''), '', the_role);
  return workforce_db_role(the_role);
end $$;
"""


class Migration(migrations.Migration):
    """The role in a session's scope."""

    dependencies = [("workforce", "0002_walls"), ("kernel", "0003_scope_role")]

    operations = [migrations.RunSQL(ENTER, migrations.RunSQL.noop)]
