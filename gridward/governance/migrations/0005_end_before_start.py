"""Lets an order that is signed and has not begun be ended: its time is then empty, and overlaps nothing."""

from django.db import migrations

TIME = """
alter table governance_emergencyorder drop constraint orders_of_a_kind_do_not_overlap;
alter table governance_emergencyorder add constraint orders_of_a_kind_do_not_overlap exclude using gist (
    int8range(hashtextextended(kind, 0), hashtextextended(kind, 0), '[]') with &&,
    int8range(area_pos, area_end) with &&,
    tstzrange(starts_at, greatest(starts_at, coalesce(ended_at, ends_at))) with &&
  ) where (signed_at is not null);
"""


class Migration(migrations.Migration):
    """The time of an order that ends before it starts."""

    dependencies = [("governance", "0004_orders_by_role")]

    operations = [migrations.RunSQL(TIME, migrations.RunSQL.noop)]
