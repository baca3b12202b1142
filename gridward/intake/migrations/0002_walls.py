"""Raises the walls of intake: senders see their own outcomes, workers the people of their own tasks, the gate binds."""

from django.db import migrations

from gridward.kernel import walls

GATES = """
create unlogged table intake_stageclue (
  id uuid, batch_id uuid, channel_id text, agency_code text, order_id uuid, row_number int, kind text, purpose text,
  priority text, area_pos bigint, count_state text, state text, waiting_reason text, match_rule text, candidates jsonb,
  person_id uuid, resident_id uuid, household_id uuid, data_key uuid, name_sealed bytea, id_number_sealed bytea,
  phone_sealed bytea, address_sealed bytea, id_key bytea, phone_key bytea, door_key bytea, received_at timestamptz);

create trigger clue_needs_order after insert on intake_clue
  referencing new table as added for each statement execute function governance_require_order();
create trigger batch_needs_order after insert on intake_batch
  referencing new table as added for each statement execute function governance_require_order();
create constraint trigger batch_commit_needs_order after insert or update on intake_batch
  deferrable initially deferred for each row execute function governance_require_order_at_commit();

-- What a job must know to enter a list's scope, before it has one: which order and purpose, and nothing else.
create function intake_batch_door(wanted uuid) returns table (order_id uuid, purpose text)
  language sql stable security definer set search_path = pg_catalog, public as $$
  select b.order_id, c.purpose from intake_batch b join intake_channel c on c.code = b.channel_id
   where b.id = wanted $$;
-- A list whose order is over can be marked refused, and nothing else can be done to it.
create function intake_batch_refuse(wanted uuid, why text) returns void
  language sql security definer set search_path = pg_catalog, public as $$
  update intake_batch set state = 'refused', refusal = why where id = wanted and state not in ('resolved', 'refused') $$;
revoke all on function intake_batch_door(uuid), intake_batch_refuse(uuid, text) from public;
grant execute on function intake_batch_door(uuid), intake_batch_refuse(uuid, text) to gridward_app;
"""

BATCH_FOR_SENDER = (
    "id", "channel_id", "agency_code", "filename", "state", "refusal", "row_count", "rejected_count", "received_at",
    "resolved_at",
)  # fmt: skip
CLUE_FOR_SENDER = (
    "id", "batch_id", "channel_id", "agency_code", "row_number", "state", "outcome", "outcome_at", "outcome_reason",
)  # fmt: skip
CLUE_FOR_WORKER = (
    "id", "order_id", "area_pos", "state", "data_key", "name_sealed", "id_number_sealed", "phone_sealed",
    "address_sealed", "household_id", "outcome",
)  # fmt: skip
OUTCOME = ("state", "outcome", "outcome_at", "outcome_reason")


class Migration(migrations.Migration):
    """The walls of intake."""

    dependencies = [("intake", "0001_initial"), ("governance", "0002_walls")]

    operations = [
        migrations.RunSQL(GATES, migrations.RunSQL.noop),
        walls.build(
            [
                walls.grant("intake_channel", "select", *walls.EVERYONE),
                walls.grant("intake_channel", "insert, update", walls.APP),
                walls.grant("intake_channel", "update", walls.JOB, columns=("mapping",)),
                walls.shut("intake_batch"),
                walls.shut("intake_batchreject"),
                walls.shut("intake_clue"),
                walls.grant("intake_batch", "select, insert", walls.CENTRE, walls.JOB),
                walls.grant("intake_batch", "update", walls.JOB),
                walls.grant("intake_batchreject", "select", walls.CENTRE, walls.JOB),
                walls.grant("intake_batchreject", "insert", walls.JOB),
                walls.grant("intake_clue", "select", walls.CENTRE, walls.JOB),
                walls.grant("intake_clue", "insert, update", walls.JOB),
                walls.grant("intake_clue", "select", walls.WORKER, columns=CLUE_FOR_WORKER),
                walls.grant("intake_clue", "update", walls.WORKER, columns=OUTCOME),
                walls.by_range("intake_batch", walls.CENTRE, walls.JOB),
                walls.by_range("intake_batchreject", walls.CENTRE, walls.JOB),
                walls.by_range("intake_clue", walls.CENTRE, walls.JOB, walls.WORKER),
                walls.grant("intake_batch", "select", walls.AGENCY, columns=BATCH_FOR_SENDER),
                walls.grant("intake_batchreject", "select", walls.AGENCY),
                walls.grant("intake_clue", "select", walls.AGENCY, columns=CLUE_FOR_SENDER),
                walls.by_agency("intake_batch"),
                walls.by_agency("intake_batchreject"),
                walls.by_agency("intake_clue"),
                walls.grant("intake_stageclue", "select, insert, delete", walls.JOB),
            ]
        ),
    ]
