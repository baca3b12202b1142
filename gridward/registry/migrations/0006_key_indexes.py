"""
Looks whether anybody is registered before the table of the blind keys is locked, and tells whether an index is missing.

The lock waits for every reader of the table and keeps every new one waiting behind it; each import of 20,000 rows took it,
also where people had long been registered and no index could be dropped.
"""

from django.db import migrations

KEYS = ("id", "phone_surname", "phone_name", "door_name")
NAMES = [f"personkey_{key}" for key in KEYS]
INDEXES = f"""
-- Only while nobody is registered: whoever is in is found by these indexes.
create or replace function registry_keys_unindex() returns boolean language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if exists (select 1 from registry_personkey) then return false; end if;
  lock table registry_personkey in access exclusive mode;
  -- Again: somebody may have come in meanwhile.
  if exists (select 1 from registry_personkey) then return false; end if;
  drop index if exists {", ".join(NAMES)};
  return true;
end $$;
create function registry_keys_missing() returns boolean language sql stable security definer
  set search_path = pg_catalog, public as $$
  select exists (select 1 from unnest(array{NAMES}) as name where to_regclass('public.' || name) is null)
$$;
revoke all on function registry_keys_missing() from public;
grant execute on function registry_keys_missing() to gridward_app, gridward_job;
"""


class Migration(migrations.Migration):
    """The indexes of the blind keys."""

    dependencies = [("registry", "0005_matching")]

    operations = [migrations.RunSQL(INDEXES, migrations.RunSQL.noop)]
