"""What a centre and its workers tell each other: instructions, calls for help, the duty clock; with their walls."""

from django.db import migrations, models

from gridward.kernel import walls

INSTRUCTION, RECEIPT, HELP, PIECE = (
    "field_instruction",
    "field_receipt",
    "field_helpcall",
    "field_workpiece",
)
OWN = "account_id = (select kernel_scope_account())"
#: To one worker, or to everybody who works somewhere in the area.
ADDRESSED = (
    f"{OWN} or (account_id is null and int8range(area_pos, area_end) && (select kernel_scope_ranges()))"
)
#: A worker confirms what he or she is told, and nothing else.
CONFIRMED = f"{OWN} and exists (select from {INSTRUCTION} i where i.id = instruction_id)"

FUNCTIONS = """
create index instruction_where on field_instruction using gist (int8range(area_pos, area_end))
  where ended_at is null and account_id is null;

-- Nobody took it for so long: it lies with the street as well. By the clock, in no scope, so it is done here.
create function field_help_rise(before timestamptz, now_at timestamptz) returns table (call uuid, pos bigint)
  language sql volatile security definer set search_path = pg_catalog, public as $$
  update field_helpcall set risen_at = now_at
   where taken_at is null and risen_at is null and received_at <= before returning id, area_pos $$;

-- Of the duty clock the centre learns who is on duty and for whom it has been long, and no hour.
create function field_on_duty(now_at timestamptz, since timestamptz)
  returns table (account uuid, pos bigint, is_long boolean)
  language sql stable security definer set search_path = pg_catalog, public as $$
  select account_id, area_pos, rest_at <= now_at from field_workpiece
   where ended_at is null and not is_forgotten and began_at > since and began_at <= now_at
     and (select kernel_scope_role()) in ('street_officer', 'community_officer')
     and area_pos <@ (select kernel_scope_ranges()) order by area_pos, account_id $$;

revoke all on function field_help_rise(timestamptz, timestamptz), field_on_duty(timestamptz, timestamptz) from public;
grant execute on function field_help_rise(timestamptz, timestamptz) to gridward_app;
grant execute on function field_on_duty(timestamptz, timestamptz) to gridward_centre;
"""


class Migration(migrations.Migration):
    """Instructions, help, the duty clock."""

    dependencies = [("field", "0002_submissions"), ("kernel", "0003_scope_role")]

    operations = [
        migrations.CreateModel(
            name="Instruction",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("account_id", models.UUIDField(null=True)),
                ("area_pos", models.BigIntegerField()),
                ("area_end", models.BigIntegerField()),
                ("words", models.TextField()),
                ("is_urgent", models.BooleanField()),
                ("from_name", models.TextField()),
                ("written_by", models.UUIDField()),
                ("written_at", models.DateTimeField()),
                ("given_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area_pos", "written_at", "id"], name="instruction_written"),
                    models.Index(
                        condition=models.Q(("account_id__isnull", False)),
                        fields=["account_id"],
                        name="instruction_to",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("given_at__lt", models.F("expires_at"))),
                        name="instruction_has_length",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("account_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                ("received_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "instruction",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.CASCADE,
                        related_name="+",
                        to="field.instruction",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("instruction", "account_id"), name="receipt_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="HelpCall",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("account_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("called_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("risen_at", models.DateTimeField(null=True)),
                ("taken_by", models.UUIDField(null=True)),
                ("taken_name", models.TextField(db_default="", default="")),
                ("taken_at", models.DateTimeField(null=True)),
                ("closed_by", models.UUIDField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("outcome", models.TextField(db_default="", default="")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)), fields=["area_pos"], name="help_open"
                    ),
                    models.Index(
                        condition=models.Q(("risen_at__isnull", True), ("taken_at__isnull", True)),
                        fields=["received_at"],
                        name="help_nobody_took",
                    ),
                    models.Index(fields=["account_id", "called_at"], name="help_of_a_worker"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["injured", "threatened", "lost_way", "exposed", "other"])
                        ),
                        name="help_of_a_listed_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("outcome", "")),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("outcome__in", ["safe", "went_there", "medical", "police", "mistake"]),
                                ("taken_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="help_is_taken_before_it_is_closed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkPiece",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("account_id", models.UUIDField()),
                ("area_pos", models.BigIntegerField()),
                ("began_at", models.DateTimeField()),
                ("end_id", models.UUIDField(null=True, unique=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("is_forgotten", models.BooleanField(db_default=False, default=False)),
                ("minutes_before", models.IntegerField()),
                ("break_minutes", models.IntegerField()),
                ("is_rest_short", models.BooleanField()),
                ("rest_at", models.DateTimeField()),
                ("stop_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account_id", "began_at"], name="duty_of_a_worker"),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True), ("is_forgotten", False)),
                        fields=["area_pos"],
                        name="duty_running",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True), ("is_forgotten", False)),
                        fields=("account_id",),
                        name="one_duty_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("began_at")), _connector="OR"
                        ),
                        name="duty_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        walls.build(
            [
                *(walls.shut(table) for table in (INSTRUCTION, RECEIPT, HELP, PIECE)),
                walls.grant(INSTRUCTION, "select, insert", walls.CENTRE),
                walls.grant(INSTRUCTION, "update", walls.CENTRE, columns=("ended_at", "ended_by")),
                walls.by_range(INSTRUCTION, walls.CENTRE),
                walls.grant(INSTRUCTION, "select", walls.WORKER),
                walls.policy(INSTRUCTION, "addressed", ADDRESSED, walls.WORKER, command="select"),
                walls.grant(RECEIPT, "select", walls.CENTRE),
                walls.by_range(RECEIPT, walls.CENTRE),
                walls.grant(RECEIPT, "select, insert", walls.WORKER),
                walls.grant(RECEIPT, "update", walls.WORKER, columns=("done_at",)),
                walls.policy(RECEIPT, "own", OWN, walls.WORKER, command="select"),
                walls.policy(RECEIPT, "confirms", CONFIRMED, walls.WORKER, command="insert"),
                walls.policy(RECEIPT, "does", OWN, walls.WORKER, command="update"),
                walls.grant(HELP, "select", walls.CENTRE, walls.WORKER),
                walls.grant(
                    HELP,
                    "update",
                    walls.CENTRE,
                    columns=("taken_by", "taken_name", "taken_at", "closed_by", "closed_at", "outcome"),
                ),
                walls.by_range(HELP, walls.CENTRE),
                walls.grant(HELP, "insert", walls.WORKER),
                walls.policy(HELP, "own", OWN, walls.WORKER),
                walls.grant(PIECE, "select, insert", walls.WORKER),
                walls.grant(PIECE, "update", walls.WORKER, columns=("ended_at", "end_id", "is_forgotten")),
                walls.policy(PIECE, "own", OWN, walls.WORKER),
            ]
        ),
    ]
