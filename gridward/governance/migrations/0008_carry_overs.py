"""
Lets a register be carried over to a successor order, by two signatures on a proposal and by nothing else.

Nobody is given the column that says it binds. The second signature itself sets it, in a trigger that asks everything
once more. What carries a register out asks `governance_carries_now` at every chunk.
"""

import django.db.models.deletion
from django.db import migrations, models

from gridward.kernel import walls

#: What a carry-over needs repeats governance.rules.may_carry_over; tests/governance hold them equal.
CARRIES = """
alter table governance_carryover
  add constraint a_carry_over_says_why check (length(btrim(reason)) >= 10),
  add constraint a_carry_over_leads_elsewhere check (from_order_id <> to_order_id);

create function governance_may_carry(source uuid, successor uuid) returns boolean language sql volatile
  security definer set search_path = pg_catalog, public as $$
  select exists (select 1 from governance_emergencyorder f, governance_emergencyorder t
    where f.id = source and t.id = successor and f.id <> t.id and governance_order_active(f.id)
      and t.signed_at is not null and t.ended_at is null and clock_timestamp() < t.ends_at
      and f.area_pos < t.area_end and t.area_pos < f.area_end
      and 'case_finding' = any (f.purposes) and 'case_finding' = any (t.purposes)
      and (f.kind = 'drill') = (t.kind = 'drill')) $$;

create function governance_carry_over_take() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public as $$
declare
  taken governance_carryover;
begin
  select * into taken from governance_carryover where id = new.carry_over_id for update;
  perform 1 from governance_emergencyorder where id in (taken.from_order_id, taken.to_order_id) order by id for share;
  if taken.signed_at is not null or not governance_may_carry(taken.from_order_id, taken.to_order_id) then
    raise exception 'only the register of an order in force is carried over, to a signed one' using errcode = 'GW003';
  end if;
  if (select count(distinct s.capacity) = 2 and count(distinct s.account_id) = 2
        from governance_carryoversignature s
       where s.carry_over_id = taken.id and s.capacity in ('authority', 'privacy')) then
    update governance_carryover set signed_at = new.signed_at where id = taken.id;
  end if;
  return null;
end $$;
create trigger carry_over_binds after insert on governance_carryoversignature
  for each row execute function governance_carry_over_take();

-- Whether a register may be copied at this moment: decided, the successor in force, the keys not destroyed.
create function governance_carries_now(wanted uuid) returns boolean language sql volatile
  security definer set search_path = pg_catalog, public as $$
  select exists (select 1 from governance_carryover c
    where c.id = wanted and c.signed_at is not null and governance_order_active(c.to_order_id)
      and not exists (select 1 from governance_keydomain k
                       where k.domain = 'order:' || c.from_order_id and k.destroyed_at is not null)) $$;
"""

ROLE = "(select kernel_scope_role())"
MINE = "(select kernel_scope_account())"
SIGNATORIES = (walls.CENTRE, walls.AUDIT)
CARRY, SIGNATURE = "governance_carryover", "governance_carryoversignature"


def order() -> models.ForeignKey:
    """Return the reference to one of the two orders."""
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="governance.emergencyorder"
    )


class Migration(migrations.Migration):
    """Carry-overs and their walls."""

    dependencies = [("governance", "0007_walls_of_extensions")]

    operations = [
        migrations.CreateModel(
            name="CarryOver",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("reason", models.TextField()),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("signed_at", models.DateTimeField(null=True)),
                ("from_order", order()),
                ("to_order", order()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["from_order", "to_order"], name="carried_over_once",
                        condition=models.Q(signed_at__isnull=False),
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="CarryOverSignature",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("account_id", models.UUIDField()),
                ("capacity", models.TextField()),
                ("signed_at", models.DateTimeField()),
                (
                    "carry_over",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="governance.carryover"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["carry_over", "account_id"], name="one_carry_over_signature_a_person"
                    ),
                    models.UniqueConstraint(
                        fields=["carry_over", "capacity"], name="one_carry_over_signature_a_capacity"
                    ),
                ]
            },
        ),
        migrations.RunSQL(CARRIES, migrations.RunSQL.noop),
        walls.build(
            [
                walls.shut(CARRY),
                walls.grant(CARRY, "select", *walls.EVERYONE),
                walls.policy(CARRY, "everybody_reads", "true", *walls.EVERYONE, command="select"),
                walls.grant(CARRY, "insert", walls.CENTRE),
                walls.policy(CARRY, "proposed_in_ones_own_name",
                             f"governance_may_draft({ROLE}) and proposed_by = {MINE} and signed_at is null"
                             " and governance_is_now(proposed_at)"
                             " and governance_may_carry(from_order_id, to_order_id)",
                             walls.CENTRE, command="insert"),
                walls.shut(SIGNATURE),
                walls.append_only(SIGNATURE),
                walls.grant(SIGNATURE, "select", *walls.EVERYONE),
                walls.policy(SIGNATURE, "everybody_reads", "true", *walls.EVERYONE, command="select"),
                walls.grant(SIGNATURE, "insert", *SIGNATORIES),
                walls.policy(SIGNATURE, "signed_in_ones_own_name_and_capacity",
                             f"account_id = {MINE} and capacity = governance_capacity({ROLE})"
                             " and governance_is_now(signed_at)", *SIGNATORIES, command="insert"),
            ]
        ),
    ]  # fmt: skip
