"""
Puts the account's role into the signed scope, so that a wall can tell two roles apart that share a database role.

The role is a fifth part of the same signed text: as unforgeable as the ranges, and gone with the transaction. The
call without a role goes on and grants none. No part may hold what separates the parts: an agency's code could
otherwise have spoken for a role.
"""

from django.db import migrations

SCOPE = """
create function kernel_scope_set(ranges int8multirange, account text, agency text, basis text, role text)
  returns void language plpgsql security definer set search_path = pg_catalog, public as $$
declare body text := concat_ws('|', ranges::text, coalesce(account, ''), coalesce(agency, ''), coalesce(basis, ''),
                               coalesce(role, ''));
begin
  if concat(account, agency, basis, role) ~ '[|#]' then
    raise exception 'a part of a scope holds a separator' using errcode = 'invalid_parameter_value';
  end if;
  perform set_config('gridward.scope', body || '#' || kernel_scope_sign(body), true);
end $$;
revoke all on function kernel_scope_set(int8multirange, text, text, text, text) from public;

create or replace function kernel_scope_set(ranges int8multirange, account text, agency text, basis text)
  returns void language sql security definer set search_path = pg_catalog, public
  as $$ select kernel_scope_set(ranges, account, agency, basis, '') $$;

create function kernel_scope_role() returns text language sql stable set search_path = pg_catalog, public as
  $$ select nullif(kernel_scope_part(5), '') $$;
"""


class Migration(migrations.Migration):
    """The role in the scope."""

    dependencies = [("kernel", "0002_walls")]

    operations = [migrations.RunSQL(SCOPE, migrations.RunSQL.noop)]
