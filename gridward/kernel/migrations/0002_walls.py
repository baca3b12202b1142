"""Raises the kernel's walls: signed scope, append-only ledger, rights of the group roles."""

from django.db import migrations

from gridward.kernel import walls

SCOPE = """
create table kernel_scopesecret (id int primary key default 1 check (id = 1), secret bytea not null);
revoke all on kernel_scopesecret from public;
insert into kernel_scopesecret (secret)
  values (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

-- The signature binds a scope to this backend and this transaction, so a remembered value is worth nothing.
create function kernel_scope_sign(body text) returns text language sql stable security definer
  set search_path = pg_catalog, public as $$
  select encode(sha256(s.secret || sha256(s.secret || convert_to(
    body || '|' || pg_backend_pid() || '|' || extract(epoch from transaction_timestamp()), 'UTF8'))), 'hex')
  from kernel_scopesecret s $$;
revoke all on function kernel_scope_sign(text) from public;

create function kernel_scope_set(ranges int8multirange, account text, agency text, basis text)
  returns void language plpgsql security definer set search_path = pg_catalog, public as $$
declare body text := concat_ws('|', ranges::text, account, agency, basis);
begin
  perform set_config('gridward.scope', body || '#' || kernel_scope_sign(body), true);
end $$;
revoke all on function kernel_scope_set(int8multirange, text, text, text) from public;

create function kernel_scope_part(part int) returns text language plpgsql stable security definer
  set search_path = pg_catalog, public as $$
declare scope text := nullif(current_setting('gridward.scope', true), '');
begin
  if scope is null or split_part(scope, '#', 2) <> kernel_scope_sign(split_part(scope, '#', 1)) then
    return null;
  end if;
  return split_part(split_part(scope, '#', 1), '|', part);
end $$;
create function kernel_scope_ranges() returns int8multirange language sql stable
  set search_path = pg_catalog, public as
  $$ select coalesce(nullif(kernel_scope_part(1), '')::int8multirange, '{}'::int8multirange) $$;
create function kernel_scope_account() returns uuid language sql stable set search_path = pg_catalog, public as
  $$ select nullif(kernel_scope_part(2), '')::uuid $$;
create function kernel_scope_agency() returns text language sql stable set search_path = pg_catalog, public as
  $$ select nullif(kernel_scope_part(3), '') $$;
create function kernel_scope_basis() returns uuid language sql stable set search_path = pg_catalog, public as
  $$ select nullif(kernel_scope_part(4), '')::uuid $$;

create function kernel_append_only() returns trigger language plpgsql as $$
begin raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation'; end $$;
"""

LEDGER = """
alter table kernel_ledgerentry add column xid xid8 not null default pg_current_xact_id();
create index ledgerentry_xid on kernel_ledgerentry (xid);
create index ledgerentry_object on kernel_ledgerentry (object_hash) where object_hash <> '';
"""


class Migration(migrations.Migration):
    """The kernel's walls."""

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.RunSQL(SCOPE + LEDGER, migrations.RunSQL.noop),
        walls.build(
            [
                walls.append_only("kernel_ledgerentry"),
                walls.append_only("kernel_ledgerseal"),
                walls.grant("kernel_ledgerentry", "insert", *walls.EVERYONE),
                walls.grant("kernel_ledgerentry", "select", walls.AUDIT, walls.SEALER),
                walls.grant("kernel_ledgerseal, kernel_ledgerhead", "select", walls.AUDIT, walls.SEALER),
                walls.grant("kernel_ledgerseal, kernel_ledgerhead", "insert", walls.SEALER),
                walls.grant("kernel_ledgerhead", "update", walls.SEALER, columns=("signature", "key_id")),
                walls.grant("kernel_fact", "insert", *walls.EVERYONE),
                walls.grant("kernel_fact", "select", walls.APP, walls.JOB),
                walls.grant("kernel_fact", "update", walls.APP, columns=("drained_at",)),
                walls.grant("kernel_delivery", "select, insert", walls.APP),
                walls.grant("kernel_datakey", "select", walls.CENTRE, walls.WORKER, walls.JOB, walls.APP),
                walls.grant("kernel_datakey", "insert", walls.CENTRE, walls.JOB, walls.APP),
            ]
        ),
    ]
