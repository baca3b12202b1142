"""
Raises the walls of extensions: the end of an order moves by two signatures on a proposal, and by nothing else.

Nobody is given the column. The second signature itself moves it, in a trigger that asks everything once more; the
grants of open tasks, which end with the order, go along.
"""

from django.db import migrations

from gridward.kernel import walls

EXTENSIONS = """
alter table governance_emergencyorder drop constraint order_lasts_thirty_days;
alter table governance_emergencyorder add constraint order_lasts_thirty_days_and_as_long_again_by_each_extension check (
  ends_at > starts_at and extension_count >= 0
  and ends_at <= starts_at + interval '30 days' * (1 + extension_count));
alter policy drafted_in_ones_own_name on governance_emergencyorder with check (
  governance_may_draft((select kernel_scope_role())) and drafted_by = (select kernel_scope_account())
  and signed_at is null and ended_at is null and extension_count = 0);

alter table governance_orderextension
  add constraint an_extension_lasts_at_most_thirty_days
    check (ends_at > from_at and ends_at <= from_at + interval '30 days'),
  add constraint an_extension_says_why check (length(btrim(reason)) >= 10);

-- The third extension, and every later one, names the impact assessment that was done anew for it (H-01); an order
-- about all residents goes on for 14 days at a time (H-03). The numbers repeat governance.rules.
create function governance_extends(extended uuid, present_end timestamptz, new_end timestamptz, assessment text)
  returns boolean language sql volatile security definer set search_path = pg_catalog, public as $$
  select exists (select 1 from governance_emergencyorder o
    where o.id = extended and o.signed_at is not null and o.ended_at is null
      and o.ends_at = present_end and clock_timestamp() < present_end and new_end > present_end
      and (o.population_scope <> 'all_residents' or new_end <= present_end + interval '14 days')
      and (o.extension_count < 2 or btrim(assessment) <> '')) $$;

create function governance_extension_take() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
declare
  taken governance_orderextension;
begin
  select * into taken from governance_orderextension where id = new.extension_id;
  perform 1 from governance_emergencyorder where id = taken.order_id for update;
  if taken.signed_at is not null
     or not governance_extends(taken.order_id, taken.from_at, taken.ends_at, taken.assessment) then
    raise exception 'only an order in force is extended, from its present end' using errcode = 'GW003';
  end if;
  if (select count(distinct s.capacity) from governance_extensionsignature s
       where s.extension_id = taken.id and s.capacity in ('authority', 'privacy')) < 2 then
    return null;
  end if;
  update governance_accessgrant set ends_at = taken.ends_at
   where basis_id = taken.order_id and task_id is not null and ended_at is null and ends_at = taken.from_at;
  update governance_emergencyorder set ends_at = taken.ends_at, extension_count = extension_count + 1
   where id = taken.order_id;
  update governance_orderextension set signed_at = new.signed_at where id = taken.id;
  return null;
end $$;
create trigger extension_takes_effect after insert on governance_extensionsignature
  for each row execute function governance_extension_take();
"""

ROLE = "(select kernel_scope_role())"
MINE = "(select kernel_scope_account())"
SIGNATORIES = (walls.CENTRE, walls.AUDIT)


class Migration(migrations.Migration):
    """The walls of extensions."""

    dependencies = [("governance", "0006_extensions")]

    operations = [
        migrations.RunSQL(EXTENSIONS, migrations.RunSQL.noop),
        walls.build(
            [
                walls.shut("governance_orderextension"),
                walls.grant("governance_orderextension", "select", *walls.EVERYONE),
                walls.policy("governance_orderextension", "everybody_reads", "true", *walls.EVERYONE, command="select"),
                walls.grant("governance_orderextension", "insert", walls.CENTRE),
                walls.policy("governance_orderextension", "proposed_in_ones_own_name",
                             f"governance_may_draft({ROLE}) and proposed_by = {MINE} and signed_at is null"
                             " and governance_is_now(proposed_at)"
                             " and governance_extends(order_id, from_at, ends_at, assessment)",
                             walls.CENTRE, command="insert"),
                walls.shut("governance_extensionsignature"),
                walls.append_only("governance_extensionsignature"),
                walls.grant("governance_extensionsignature", "select", *walls.EVERYONE),
                walls.policy("governance_extensionsignature", "everybody_reads", "true", *walls.EVERYONE,
                             command="select"),
                walls.grant("governance_extensionsignature", "insert", *SIGNATORIES),
                walls.policy("governance_extensionsignature", "signed_in_ones_own_name_and_capacity",
                             f"account_id = {MINE} and capacity = governance_capacity({ROLE})"
                             " and governance_is_now(signed_at)", *SIGNATORIES, command="insert"),
            ]
        ),
    ]
