"""Lets a department see its own channels and how much of their share of today is used, and no other department's."""

from django.db import migrations

from gridward.kernel import walls

OWN = """
-- How much each channel of the reader's department sent since then, and whether one list more is let through.
create function intake_quota_own(since timestamptz)
  returns table (channel text, lists bigint, rows bigint, is_let boolean)
  language sql stable security definer set search_path = pg_catalog, public as $$
  select c.code, count(b.id), coalesce(sum(b.told_rows), 0),
         exists (select 1 from intake_quotapass p
                  where p.channel_id = c.code and p.batch_id is null and p.opened_at >= since)
    from intake_channel c
    left join intake_batch b on b.channel_id = c.code and b.received_at >= since and b.state <> 'refused'
   where c.agency_code = kernel_scope_agency()
   group by c.code $$;
revoke all on function intake_quota_own(timestamptz) from public;
grant execute on function intake_quota_own(timestamptz) to gridward_agency;

-- The headings a department's lists have are its own matter.
alter table intake_channel enable row level security;
"""
OTHERS = tuple(role for role in walls.EVERYONE if role != walls.AGENCY)


class Migration(migrations.Migration):
    """A department's own channels."""

    dependencies = [("intake", "0013_coverage")]

    operations = [
        migrations.RunSQL(OWN, migrations.RunSQL.noop),
        walls.build(
            [
                walls.policy("intake_channel", "every_channel", "true", *OTHERS),
                walls.by_agency("intake_channel"),
            ]
        ),
    ]
