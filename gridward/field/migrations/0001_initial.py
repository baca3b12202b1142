"""Devices, the codes they are enrolled with, and the walls around both."""

from django.db import migrations, models

from gridward.kernel import walls

DEVICE, ENROLMENT = "field_device", "field_enrolment"
OWN = "account_id = (select kernel_scope_account())"

FUNCTIONS = """
-- A phone that is enrolled is nobody yet: what it may do with a code is done here, at once or not at all.
create function field_enrol(code bytea, device uuid, key bytea, token bytea, now_at timestamptz, until timestamptz)
  returns uuid language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  asked field_enrolment;
begin
  update field_enrolment set used_at = now_at
   where code_hash = code and used_at is null and expires_at > now_at returning * into asked;
  if not found then return null; end if;
  update workforce_loginsession s set ended_at = now_at from field_device d
   where d.account_id = asked.account_id and d.ended_at is null and s.key_hash = d.token_hash and s.ended_at is null;
  update field_device set ended_at = now_at, ended_by = asked.asked_by, end_reason = 'replaced'
   where account_id = asked.account_id and ended_at is null;
  insert into field_device (id, account_id, area_pos, public_key, token_hash, enrolled_by, enrolled_at, expires_at)
    values (device, asked.account_id, asked.area_pos, key, token, asked.asked_by, now_at, until);
  insert into workforce_loginsession (key_hash, account_id, kind, label, started_at, expires_at)
    values (token, asked.account_id, 'device', '', now_at, until);
  return asked.account_id;
end $$;

-- The device and its sign-in end together. Who may is asked of the signed scope: who keeps the duty of its place.
create function field_device_end(device uuid, why text, now_at timestamptz) returns uuid
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  ended field_device;
begin
  if not coalesce(kernel_scope_role() in ('street_officer', 'community_officer'), false) then return null; end if;
  update field_device set ended_at = now_at, ended_by = kernel_scope_account(), end_reason = why
   where id = device and ended_at is null and area_pos <@ kernel_scope_ranges() returning * into ended;
  if not found then return null; end if;
  update workforce_loginsession set ended_at = now_at where key_hash = ended.token_hash and ended_at is null;
  return ended.account_id;
end $$;

create function field_device_standing(token bytea, now_at timestamptz) returns text
  language sql stable security definer set search_path = pg_catalog, public as $$
  select coalesce((select case when ended_at is null and expires_at > now_at then 'live' else 'ended' end
                     from field_device where token_hash = token), 'unknown') $$;

revoke all on function field_enrol(bytea, uuid, bytea, bytea, timestamptz, timestamptz),
  field_device_end(uuid, text, timestamptz), field_device_standing(bytea, timestamptz) from public;
grant execute on function field_enrol(bytea, uuid, bytea, bytea, timestamptz, timestamptz),
  field_device_standing(bytea, timestamptz) to gridward_app;
grant execute on function field_device_end(uuid, text, timestamptz) to gridward_centre;
"""


class Migration(migrations.Migration):
    """Devices."""

    initial = True

    dependencies = [("workforce", "0006_supervisor")]

    operations = [
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code_hash", models.BinaryField(unique=True)),
                ("account_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("account_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                ("public_key", models.BinaryField()),
                ("token_hash", models.BinaryField(unique=True)),
                ("enrolled_by", models.UUIDField()),
                ("enrolled_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                ("end_reason", models.TextField(db_default="", default="")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("account_id",),
                        name="one_device_a_worker",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_reason", ""), ("ended_at", None)),
                            models.Q(
                                ("end_reason__in", ["lost", "returned", "replaced"]), ("ended_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="device_ends_for_a_listed_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        walls.build(
            [
                walls.shut(DEVICE),
                walls.shut(ENROLMENT),
                walls.grant(DEVICE, "select", walls.CENTRE, walls.WORKER),
                walls.by_range(DEVICE, walls.CENTRE),
                walls.policy(DEVICE, "own", OWN, walls.WORKER),
                walls.grant(DEVICE, "update", walls.WORKER, columns=("last_seen_at",)),
                walls.grant(ENROLMENT, "select, insert", walls.CENTRE),
                walls.by_range(ENROLMENT, walls.CENTRE),
            ]
        ),
    ]
