"""
Makes the rules about who decides an order a wall of the database, exact to the role and the account.

Until now the pages kept them: in plain SQL every centre, the auditors and the application itself could sign, end or
re-date an order. Now an order is drafted, signed and ended only inside the scope of an account whose role may, in its
own name; what is decided is never taken back; and both signatures are counted here before an order binds.
"""

from django.db import migrations

from gridward.kernel import walls

#: Who may what repeats workforce.rules.ROLES and governance.rules; tests/governance hold them equal.
RIGHTS = """
create function governance_may_draft(role text) returns boolean language sql immutable
  as $$ select coalesce(role = 'city_officer', false) $$;
create function governance_capacity(role text) returns text language sql immutable
  as $$ select case role when 'issuing_officer' then 'authority' when 'privacy_officer' then 'privacy' end $$;
create function governance_may_end(role text) returns boolean language sql immutable
  as $$ select coalesce(role = 'issuing_officer', false) $$;
-- A decision is dated when it is taken; the room is for a long command and for two clocks.
create function governance_is_now(moment timestamptz) returns boolean language sql volatile
  as $$ select moment between clock_timestamp() - interval '1 hour' and clock_timestamp() + interval '5 minutes' $$;
"""

ORDERS = """
create function governance_order_is_signed(wanted uuid, moment timestamptz) returns boolean language sql stable
  security definer set search_path = pg_catalog, public as $$
  select count(distinct s.capacity) = 2 and count(distinct s.account_id) = 2 and bool_or(s.signed_at = moment)
    from governance_ordersignature s where s.order_id = wanted and s.capacity in ('authority', 'privacy') $$;

create function governance_order_keeps() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if (old.signed_at is not null and new.signed_at is distinct from old.signed_at)
     or (old.ended_at is not null and new.ended_at is distinct from old.ended_at) then
    raise exception 'what an order was signed or ended by is never taken back' using errcode = 'GW002';
  end if;
  if old.signed_at is null and new.signed_at is not null
     and (new.ended_at is not null or new.ends_at <= clock_timestamp()
          or not governance_order_is_signed(new.id, new.signed_at)) then
    raise exception 'an order binds by two signatures, and before its end' using errcode = 'GW002';
  end if;
  if old.ended_at is null and new.ended_at is not null and not governance_is_now(new.ended_at) then
    raise exception 'an order ends when it is ended' using errcode = 'GW002';
  end if;
  return new;
end $$;
create trigger order_keeps_what_was_decided before update on governance_emergencyorder
  for each row execute function governance_order_keeps();

revoke insert, update on governance_emergencyorder from gridward_centre, gridward_audit, gridward_app;
revoke insert on governance_ordersignature from gridward_centre, gridward_audit, gridward_app;
"""

KEYS = """
create function governance_order_has_keys(key_domain text) returns boolean language sql stable security definer
  set search_path = pg_catalog, public as $$
  select exists (select 1 from governance_emergencyorder o
    where 'order:' || o.id = key_domain and o.signed_at is not null) $$;

create function governance_keydomain_keeps() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
begin
  if old.destroyed_at is not null and new.destroyed_at is distinct from old.destroyed_at then
    raise exception 'a destroyed key stays destroyed, and since when' using errcode = 'GW002';
  end if;
  if old.destroyed_at is null and new.destroyed_at is not null
     and (not governance_is_now(new.destroyed_at)
          or exists (select 1 from governance_emergencyorder o where 'order:' || o.id = new.domain
                      and o.ended_at is null and o.ends_at > clock_timestamp())) then
    raise exception 'the keys of an order stay until it is over' using errcode = 'GW002';
  end if;
  return new;
end $$;
create trigger keydomain_keeps_what_was_destroyed before update on governance_keydomain
  for each row execute function governance_keydomain_keeps();

revoke insert, update on governance_keydomain from gridward_centre, gridward_audit, gridward_app, gridward_job;
"""

ROLE = "(select kernel_scope_role())"
MINE = "(select kernel_scope_account())"
SIGNATORY = f"governance_capacity({ROLE}) is not null"
SIGNATORIES = (walls.CENTRE, walls.AUDIT)


class Migration(migrations.Migration):
    """The walls around the decision itself."""

    dependencies = [("governance", "0003_gate_at_commit"), ("kernel", "0003_scope_role")]

    operations = [
        migrations.RunSQL(RIGHTS + ORDERS + KEYS, migrations.RunSQL.noop),
        walls.build(
            [
                # Orders are public inside the house; only the writing is walled.
                walls.shut("governance_emergencyorder"),
                walls.policy("governance_emergencyorder", "everybody_reads", "true", *walls.EVERYONE, command="select"),
                walls.grant("governance_emergencyorder", "insert", walls.CENTRE),
                walls.policy("governance_emergencyorder", "drafted_in_ones_own_name",
                             f"governance_may_draft({ROLE}) and drafted_by = {MINE}"
                             " and signed_at is null and ended_at is null", walls.CENTRE, command="insert"),
                walls.grant("governance_emergencyorder", "update", *SIGNATORIES, columns=("signed_at",)),
                # Of the roles of a centre that sign, every one may end; an auditor's has no right to the column.
                walls.grant("governance_emergencyorder", "update", walls.CENTRE, columns=("ended_at",)),
                walls.policy("governance_emergencyorder", "decided_by_those_who_may_end",
                             f"governance_may_end({ROLE})", walls.CENTRE, command="update"),
                walls.policy("governance_emergencyorder", "decided_by_those_who_sign", SIGNATORY, walls.AUDIT,
                             command="update"),
                walls.shut("governance_ordersignature"),
                walls.append_only("governance_ordersignature"),
                walls.policy("governance_ordersignature", "everybody_reads", "true", *walls.EVERYONE, command="select"),
                walls.grant("governance_ordersignature", "insert", *SIGNATORIES),
                walls.policy("governance_ordersignature", "signed_in_ones_own_name_and_capacity",
                             f"account_id = {MINE} and capacity = governance_capacity({ROLE})"
                             " and governance_is_now(signed_at)", *SIGNATORIES, command="insert"),
                walls.shut("governance_keydomain"),
                walls.policy("governance_keydomain", "everybody_reads", "true", *walls.EVERYONE, command="select"),
                walls.grant("governance_keydomain", "insert", *SIGNATORIES, walls.APP),
                walls.policy("governance_keydomain", "made_for_a_signed_order",
                             f"{SIGNATORY} and governance_order_has_keys(domain) and destroyed_at is null",
                             *SIGNATORIES, command="insert"),
                # The workers' own keys are made with the first roster, under labour law and without an order.
                walls.policy("governance_keydomain", "standing_is_made_by_a_roster",
                             "domain = 'standing' and destroyed_at is null", walls.APP, command="insert"),
                walls.grant("governance_keydomain", "update", *SIGNATORIES, columns=("destroyed_at",)),
                walls.policy("governance_keydomain", "destroyed_by_those_who_sign", SIGNATORY, *SIGNATORIES,
                             command="update"),
            ]
        ),
    ]
