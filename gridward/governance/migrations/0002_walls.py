"""Raises the walls of governance: orders bind by the clock, jobs enter only by a live order, grants have a range."""

from django.db import migrations

from gridward.kernel import walls

ORDERS = """
alter table governance_emergencyorder
  add constraint order_lasts_thirty_days check (ends_at > starts_at and ends_at <= starts_at + interval '30 days'),
  add constraint order_covers_an_area check (area_pos < area_end),
  add constraint orders_of_a_kind_do_not_overlap exclude using gist (
    int8range(hashtextextended(kind, 0), hashtextextended(kind, 0), '[]') with &&,
    int8range(area_pos, area_end) with &&,
    tstzrange(starts_at, coalesce(ended_at, ends_at)) with &&
  ) where (signed_at is not null);

create function governance_order_active(wanted uuid) returns boolean language sql stable security definer
  set search_path = pg_catalog, public as $$
  select exists (select 1 from governance_emergencyorder o
    where o.id = wanted and o.signed_at is not null and o.ended_at is null
      and o.starts_at <= clock_timestamp() and clock_timestamp() < o.ends_at) $$;

-- A job's scope: the order's area, for one of its purposes, while it is active.
create function governance_enter_job(wanted uuid, purpose text) returns text language plpgsql security definer
  set search_path = pg_catalog, public as $$
declare
  area int8range;
begin
  select int8range(o.area_pos, o.area_end) into area from governance_emergencyorder o
   where o.id = wanted and purpose = any (o.purposes) and governance_order_active(o.id);
  if area is null then return null; end if;
  perform kernel_scope_set(int8multirange(area), '', '', wanted::text);
  return 'gridward_job';
end $$;
revoke all on function governance_enter_job(uuid, text) from public;
grant execute on function governance_enter_job(uuid, text) to gridward_app;

-- The gate in the database: every statement that collects asks it, and so does the commit of a batch.
create function governance_require_order() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if exists (select 1 from (select distinct order_id from added) a
              where a.order_id is not null and not governance_order_active(a.order_id)) then
    raise exception 'order_inactive' using errcode = 'GW001';
  end if;
  return null;
end $$;
create function governance_require_order_at_commit() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if new.state not in ('refused', 'failed') and not governance_order_active(new.order_id) then
    raise exception 'order_inactive' using errcode = 'GW001';
  end if;
  return null;
end $$;
"""

CENTRES = (walls.CENTRE, walls.AUDIT)


class Migration(migrations.Migration):
    """The walls of governance."""

    dependencies = [("governance", "0001_initial"), ("kernel", "0002_walls")]

    operations = [
        migrations.RunSQL(ORDERS, migrations.RunSQL.noop),
        walls.build(
            [
                walls.grant("governance_profile, governance_legalbasis, governance_emergencyorder", "select",
                            *walls.EVERYONE),
                walls.grant("governance_ordersignature, governance_keydomain", "select", *walls.EVERYONE),
                walls.grant("governance_profile, governance_legalbasis", "insert", walls.APP, walls.JOB),
                walls.grant("governance_emergencyorder", "insert, update", *CENTRES, walls.APP),
                walls.grant("governance_ordersignature", "insert", *CENTRES, walls.APP),
                walls.grant("governance_keydomain", "insert, update", *CENTRES, walls.APP, walls.JOB),
                walls.shut("governance_accessgrant"),
                walls.grant("governance_accessgrant", "select, insert, update", walls.CENTRE, walls.JOB),
                # Closing a task ends its grants; a worker can neither give nor lengthen one.
                walls.grant("governance_accessgrant", "select", walls.WORKER),
                walls.grant("governance_accessgrant", "update", walls.WORKER, columns=("ended_at",)),
                walls.by_range("governance_accessgrant", walls.CENTRE, walls.WORKER, walls.JOB),
            ]
        ),
    ]
