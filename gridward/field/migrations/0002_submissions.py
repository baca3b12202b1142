"""Answers to forms, their photos, and phones with ODK Collect, with the walls around them."""

from django.db import migrations, models

from gridward.kernel import walls

DEVICE, SUBMISSION, PHOTO = "field_device", "field_submission", "field_photo"
OWN = "account_id = (select kernel_scope_account())"

FUNCTIONS = """
-- A phone with ODK Collect gets its token from the centre's screen: made here, for a worker of the centre's own area.
create function field_collect_open(account uuid, device uuid, token bytea, now_at timestamptz, until timestamptz)
  returns uuid language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  place bigint;
begin
  if not coalesce(kernel_scope_role() in ('street_officer', 'community_officer'), false) then return null; end if;
  select a.area_pos into place from workforce_assignment a join workforce_account w on w.id = a.account_id
   where a.account_id = account and a.role = 'grid_worker' and a.ends_at is null and w.is_active
     and a.area_pos <@ kernel_scope_ranges() order by a.area_pos limit 1;
  if not found then return null; end if;
  update workforce_loginsession s set ended_at = now_at from field_device d
   where d.account_id = account and d.ended_at is null and s.key_hash = d.token_hash and s.ended_at is null;
  update field_device set ended_at = now_at, ended_by = kernel_scope_account(), end_reason = 'replaced'
   where account_id = account and ended_at is null;
  insert into field_device (id, kind, account_id, area_pos, public_key, token_hash, enrolled_by, enrolled_at, expires_at)
    values (device, 'collect', account, place, '', token, kernel_scope_account(), now_at, until);
  insert into workforce_loginsession (key_hash, account_id, kind, label, started_at, expires_at)
    values (token, account, 'collect', '', now_at, until);
  return account;
end $$;

-- A code that a phone asked with in time lasts: its device and sign-in are the worker's own.
create function field_collect_last(device uuid, now_at timestamptz, until timestamptz) returns void
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  lasting field_device;
begin
  update field_device set last_seen_at = now_at, expires_at = until
   where id = device and kind = 'collect' and account_id = kernel_scope_account() and ended_at is null
     and last_seen_at is null and expires_at > now_at returning * into lasting;
  if not found then return; end if;
  update workforce_loginsession set expires_at = until where key_hash = lasting.token_hash and ended_at is null;
end $$;

revoke all on function field_collect_open(uuid, uuid, bytea, timestamptz, timestamptz),
  field_collect_last(uuid, timestamptz, timestamptz) from public;
grant execute on function field_collect_open(uuid, uuid, bytea, timestamptz, timestamptz) to gridward_centre;
grant execute on function field_collect_last(uuid, timestamptz, timestamptz) to gridward_worker;
"""


class Migration(migrations.Migration):
    """Submissions."""

    dependencies = [("field", "0001_initial")]

    operations = [
        migrations.AddField("device", "kind", models.TextField(db_default="handheld", default="handheld")),
        migrations.AddField("device", "bound_hash", models.BinaryField(null=True)),
        migrations.AddConstraint(
            "device",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("bound_hash", None), ("kind", "handheld")),
                    models.Q(("kind", "collect"), ("public_key", b"")),
                    _connector="OR",
                ),
                name="device_signs_or_is_bound",
            ),
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("form_id", models.UUIDField()),
                ("order_id", models.UUIDField()),
                ("domain", models.TextField()),
                ("account_id", models.UUIDField()),
                ("device_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                ("task_id", models.UUIDField(null=True)),
                ("person_id", models.UUIDField(null=True)),
                ("done_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField()),
                ("key_id", models.UUIDField()),
                ("key_wrapped", models.BinaryField()),
                ("told", models.BinaryField()),
                ("content_sealed", models.BinaryField()),
                ("steps", models.JSONField(default=list)),
                ("photo_count", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area_pos", "taken_at", "id"], name="submission_taken"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Photo",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("account_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                ("name", models.TextField()),
                ("size", models.IntegerField(default=0)),
                ("taken_at", models.DateTimeField(null=True)),
                ("told", models.BinaryField(null=True)),
                ("content_sealed", models.BinaryField(null=True)),
                (
                    "submission",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.CASCADE,
                        related_name="+",
                        to="field.submission",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("submission", "name"), name="photo_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("content_sealed", None), ("taken_at", None), ("told", None)),
                            models.Q(
                                ("content_sealed__isnull", False),
                                ("taken_at__isnull", False),
                                ("told__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="photo_is_here_or_waited_for",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        walls.build(
            [
                # A photo is packed already: packing it again costs time and gains nothing.
                f"alter table {PHOTO} alter column content_sealed set storage external;",
                f"alter table {SUBMISSION} alter column content_sealed set storage external;",
                walls.grant(DEVICE, "update", walls.WORKER, columns=("bound_hash",)),
                *(walls.shut(table) for table in (SUBMISSION, PHOTO)),
                *(walls.grant(table, "select", walls.CENTRE) for table in (SUBMISSION, PHOTO)),
                *(walls.grant(table, "select, insert", walls.WORKER) for table in (SUBMISSION, PHOTO)),
                *(walls.by_range(table, walls.CENTRE) for table in (SUBMISSION, PHOTO)),
                *(walls.policy(table, "own", OWN, walls.WORKER) for table in (SUBMISSION, PHOTO)),
                # What was answered never changes; what became of it, and photos that come later, do.
                walls.grant(SUBMISSION, "update", walls.WORKER, columns=("steps",)),
                walls.grant(
                    PHOTO,
                    "update",
                    walls.WORKER,
                    columns=("size", "taken_at", "told", "content_sealed"),
                ),
            ]
        ),
    ]
