"""Lets an administrator issue tokens to machines: sign-ins with a name and an end, known by the hash of their key."""

from django.db import migrations, models

TOKENS = """
-- Who may see, issue and end tokens is asked here, of the signed scope, so that no other role can do it by SQL.
create function workforce_token_keeper() returns boolean language sql stable set search_path = pg_catalog, public as
  $$ select kernel_scope_role() in ('system_administrator', 'system_operator') $$;

create function workforce_token_issue(hash bytea, account uuid, name text, now_at timestamptz, until timestamptz)
  returns boolean language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if not coalesce(workforce_token_keeper(), false) then return false; end if;
  insert into workforce_loginsession (key_hash, account_id, kind, label, started_at, expires_at)
    values (hash, account, 'token', name, now_at, until);
  return true;
end $$;

create function workforce_tokens(now_at timestamptz)
  returns table (ref text, handle text, label text, started_at timestamptz, expires_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, public as $$
  select encode(substr(s.key_hash, 1, 6), 'hex'), a.handle, s.label, s.started_at, s.expires_at
    from workforce_loginsession s join workforce_account a on a.id = s.account_id
   where workforce_token_keeper() and s.kind = 'token' and s.ended_at is null and s.expires_at > now_at
   order by s.started_at desc, s.key_hash limit 500 $$;

create function workforce_token_end(wanted text, now_at timestamptz) returns uuid
  language sql security definer set search_path = pg_catalog, public as $$
  update workforce_loginsession set ended_at = now_at
   where workforce_token_keeper() and kind = 'token' and ended_at is null
     and encode(substr(key_hash, 1, 6), 'hex') = wanted
  returning account_id $$;

revoke all on function workforce_token_issue(bytea, uuid, text, timestamptz, timestamptz),
  workforce_tokens(timestamptz), workforce_token_end(text, timestamptz) from public;
grant execute on function workforce_token_issue(bytea, uuid, text, timestamptz, timestamptz),
  workforce_tokens(timestamptz), workforce_token_end(text, timestamptz) to gridward_audit, gridward_centre;
"""


class Migration(migrations.Migration):
    """Tokens."""

    dependencies = [("workforce", "0003_scope_role")]

    operations = [
        migrations.AddField("loginsession", "label", models.TextField(db_default="")),
        migrations.RunSQL(TOKENS, migrations.RunSQL.noop),
    ]
