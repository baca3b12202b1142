"""Lets PostgreSQL make ids as `kernel.ids` does, for rows that are written by the million and never leave it."""

from django.db import migrations

NEW_ID = """
-- UUIDv7 for a row that is made of another row: the milliseconds, and 64 bits of a hash of that row's id with a seed
-- which the caller draws for each statement. A random id of the server's own costs three system calls where it was
-- built without TLS, ten microseconds. Every name says where it lives, so that the planner may write it in place.
create function kernel_new_id(seed uuid, source uuid) returns uuid language sql volatile parallel safe as $$
  select pg_catalog.encode(pg_catalog.set_byte(pg_catalog.set_byte(pg_catalog.overlay(
    pg_catalog.substring(pg_catalog.sha256(pg_catalog.uuid_send(seed) operator(pg_catalog.||)
                                           pg_catalog.uuid_send(source)), 1, 16),
    pg_catalog.substring(pg_catalog.int8send(pg_catalog.int8(pg_catalog.floor(pg_catalog.date_part('epoch',
      pg_catalog.clock_timestamp()) operator(pg_catalog.*) 1000))), 3), 1, 6), 6, 112), 8, 128),
    'hex')::pg_catalog.uuid $$;
"""


class Migration(migrations.Migration):
    """New ids in SQL."""

    dependencies = [("kernel", "0004_failures")]

    operations = [migrations.RunSQL(NEW_ID, migrations.RunSQL.noop)]
