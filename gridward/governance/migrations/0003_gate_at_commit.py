"""
Lets every transaction that collected ask the gate once more at its commit.

Until now only a list did: a register import or a dispatch that was past its insert when the order ended committed all
the same. A collecting statement now leaves one row here per order, whose deferred trigger asks and takes it away.
"""

from django.db import migrations

GATE = """
create unlogged table governance_commitcheck (
  id bigint generated always as identity primary key, order_id uuid not null);
revoke all on governance_commitcheck from public;

create or replace function governance_require_order() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if exists (select 1 from (select distinct order_id from added) a
              where a.order_id is not null and not governance_order_active(a.order_id)) then
    raise exception 'order_inactive' using errcode = 'GW001';
  end if;
  insert into governance_commitcheck (order_id) select distinct order_id from added where order_id is not null;
  return null;
end $$;

create function governance_check_at_commit() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if not governance_order_active(new.order_id) then
    raise exception 'order_inactive' using errcode = 'GW001';
  end if;
  delete from governance_commitcheck where id = new.id;
  return null;
end $$;
create constraint trigger order_is_active_at_commit after insert on governance_commitcheck
  deferrable initially deferred for each row execute function governance_check_at_commit();
"""


class Migration(migrations.Migration):
    """The gate at the commit."""

    dependencies = [("governance", "0002_walls")]

    operations = [migrations.RunSQL(GATE, migrations.RunSQL.noop)]
