"""Lets a supervisor's session work in the role of a centre; the list repeats workforce.rules.ROLES."""

from django.db import migrations

ROLES = """
create or replace function workforce_db_role(role text) returns text language sql immutable as $$
  select case role
    when 'grid_worker' then 'gridward_worker'
    when 'agency_liaison' then 'gridward_agency'
    when 'privacy_officer' then 'gridward_audit'
    when 'auditor' then 'gridward_audit'
    when 'system_administrator' then 'gridward_audit'
    when 'city_officer' then 'gridward_centre'
    when 'intake_officer' then 'gridward_centre'
    when 'district_officer' then 'gridward_centre'
    when 'street_officer' then 'gridward_centre'
    when 'community_officer' then 'gridward_centre'
    when 'supervisor' then 'gridward_centre'
    when 'issuing_officer' then 'gridward_centre'
    when 'system_operator' then 'gridward_centre'
  end $$;
"""


class Migration(migrations.Migration):
    """The supervisor's role."""

    dependencies = [("workforce", "0005_duty")]

    operations = [migrations.RunSQL(ROLES, migrations.RunSQL.noop)]
