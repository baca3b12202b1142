-- The statements that fill a database with the rows of a city, set by set; see rows.py. %(name)s is filled in.

-- section: tools
-- Ids as `new_id` makes them: the millisecond first, so that they sort by time; then what and which.
create or replace function bench_id(kind int, n bigint, at timestamptz) returns uuid language sql immutable
  parallel safe return (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
    || lpad(to_hex(kind), 3, '0') || '8' || lpad(to_hex(n), 15, '0'))::uuid;
create or replace function bench_part(n bigint) returns float8 language sql immutable parallel safe
  return (hashint8extended(n, 5) & 1048575) / 1048576.0;
create unlogged table bench_world as select %(order_id)s::uuid order_id, %(domain)s::text as domain, %(now)s::timestamptz as now_at,
  %(day_start)s::timestamptz as day_start,
  (select decode(string_agg(replace(gen_random_uuid()::text, '-', ''), ''), 'hex') from generate_series(1, 4096)) as noise;
create unlogged table bench_grid as select row_number() over (order by pos) - 1 as n, pos, code from territory_area
  where level = 'grid' and not (pos <@ %(real)s::int8range);
create unlogged table bench_channel as select row_number() over (order by code) - 1 as n, code, agency_code, purpose, clue_kind,
  priority from intake_channel;

-- section: people
insert into territory_address (area_pos, community_code, road, number, compound, building, unit, room, key)
  select g.pos, left(g.code, 12), 'R' || h / 400, (h %% 400)::text, '-', '1', '1', '101', 'bench' || h
    from generate_series(0::bigint, %(households)s - 1) h
    join bench_grid g on g.n = h * (select count(*) from bench_grid) / %(households)s order by h;
create unlogged table bench_home as select row_number() over (order by a.id) - 1 as n, a.id as address_id, a.area_pos as pos
  from territory_address a where a.key like 'bench%%';
create unique index on bench_home (n);
analyze bench_home;
insert into kernel_datakey (id, domain, wrapped, created_at)
  select bench_id(1, n, w.now_at - interval '40 days'), w.domain, substr(w.noise, (1 + n %% 60000)::int, 60),
         w.now_at - interval '40 days' from bench_home, bench_world w;
insert into registry_household (id, domain, order_id, data_key, area_pos, address_id, kind, household_ref, created_at)
  select bench_id(1, n, w.now_at - interval '40 days'), w.domain, w.order_id,
         bench_id(1, n, w.now_at - interval '40 days'), pos, address_id, 'family', 'BH' || n, w.now_at
    from bench_home, bench_world w;
insert into registry_resident (id, household_id, domain, area_pos, resident_ref, id_kind, name_sealed,
                               id_number_sealed, phone_sealed, created_at)
  select bench_id(2, n * 3 + k, w.now_at - interval '40 days'), bench_id(1, n, w.now_at - interval '40 days'), w.domain,
         pos, 'BR' || n * 3 + k, '01', substr(w.noise, (1 + n %% 60000)::int, 55), substr(w.noise, (2 + n %% 60000)::int, 64),
         substr(w.noise, (3 + n %% 60000)::int, 57), w.now_at
    from bench_home, generate_series(0, 2) k, bench_world w;

-- section: workers
insert into workforce_account (id, handle, password, is_active, created_at)
  select bench_id(3, n, w.now_at - interval '40 days'), 'bench' || n, '!', true, w.now_at
    from generate_series(0::bigint, %(workers)s - 1) n, bench_world w;
insert into workforce_assignment (id, account_id, role, area_code, area_pos, area_end, responsible, starts_at)
  select bench_id(3, s.n, w.now_at - interval '40 days'), bench_id(3, s.n, w.now_at - interval '40 days'), 'grid_worker',
         a.code, a.pos, a.end_pos, s.n < (select count(*) from bench_grid), w.now_at - interval '40 days'
    from generate_series(0::bigint, %(workers)s - 1) s(n) join bench_grid g on g.n = s.n %% (select count(*) from bench_grid)
    join territory_area a on a.pos = g.pos, bench_world w;

-- section: tasks
-- A day's share each day, the last day's until now. Most are closed within three days; one in 200 is left lying.
create unlogged table bench_task as
select t as n, h.n as home, h.pos, o.opened_at, bench_id(4, t, o.opened_at) as id, p.priority,
       o.opened_at + p.lasts as due_at,
       case when t %% 200 <> 0 and c.at < w.now_at then c.at end as closed_at, 1 + (bench_part(t + 7) * 5)::int %% 5 as clues
  from generate_series(0::bigint, %(tasks)s - 1) t
  join bench_home h on h.n = (t * 999983) %% %(households)s
  cross join bench_world w
  cross join lateral (select t * %(days)s / %(tasks)s as day, (t * %(days)s %% %(tasks)s)::float8 / %(tasks)s as part) d
  cross join lateral (select case when d.day = %(days)s - 1 then w.day_start + (w.now_at - w.day_start) * d.part
    else w.day_start - interval '1 day' * (%(days)s - 1 - d.day) + interval '1 day' * d.part end as opened_at) o
  cross join lateral (select 'P' || 1 + t %% 4 as priority, interval '12 hours' * (1 + t %% 4) as lasts) p
  cross join lateral (select o.opened_at + interval '1 hour' + interval '71 hours' * bench_part(t) ^ 2 as at) c;
insert into dispatch_task (id, order_id, household_id, area_pos, priority, state, assignee_id, opened_at, due_at, release_at,
                           released_at, closed_at, asked_at, asked_count)
  select t.id, w.order_id, bench_id(1, t.home, w.now_at - interval '40 days'), t.pos, t.priority,
         case when t.closed_at is null then 'open' else 'closed' end,
         bench_id(3, g.n, w.now_at - interval '40 days'), t.opened_at, t.due_at, t.opened_at, t.opened_at, t.closed_at,
         t.closed_at, (t.closed_at is not null)::int
    from bench_task t join bench_grid g on g.pos = t.pos, bench_world w;
insert into dispatch_taskcount (order_id, area_pos, opened, closed)
  select w.order_id, t.pos, count(*), count(t.closed_at) from bench_task t, bench_world w group by 1, 2;
-- All anew: what the real part released was released where no trigger counted it.
delete from dispatch_workload;
insert into dispatch_workload (order_id, area_pos, account_id, in_hand)
  select order_id, area_pos, assignee_id, count(*) from dispatch_task
   where state = 'open' and released_at is not null and assignee_id is not null group by 1, 2, 3;
insert into governance_accessgrant (id, account_id, household_id, area_pos, purpose, basis_id, task_id, starts_at, ends_at, ended_at)
  select bench_id(5, t.n, t.opened_at), bench_id(3, g.n, w.now_at - interval '40 days'),
         bench_id(1, t.home, w.now_at - interval '40 days'), t.pos, 'case_finding', w.order_id, t.id, t.opened_at, o.ends_at,
         t.closed_at
    from bench_task t join bench_grid g on g.pos = t.pos, bench_world w join governance_emergencyorder o on o.id = w.order_id;

-- section: clues
-- A list a channel and day; the first channel's lists are five times as long.
create unlogged table bench_clue as
select row_number() over () - 1 as n, t.id as task_id, t.home, t.pos, t.opened_at, t.closed_at, k,
       bench_id(6, t.n * 8 + k, t.opened_at) as id, bench_id(7, t.n * 8 + k, t.opened_at) as subject_id,
       bench_id(2, t.home * 3 + k %% 3, w.now_at - interval '40 days') as resident_id, d.day,
       case when (t.n + k) %% 4 = 0 then 0 else (t.n * 5 + k * 3) %% 17 end as channel
  from bench_task t cross join generate_series(0, 4) k cross join bench_world w
  cross join lateral (select extract(day from w.now_at - t.opened_at)::int as day) d where k < t.clues;
create unlogged table bench_batch as
select c.day, b.n as channel, bench_id(8, c.day * 100 + b.n, min(c.opened_at)) as id, count(*) as rows, min(c.opened_at) as at,
       b.code, b.agency_code, b.purpose, b.clue_kind, b.priority from bench_clue c join bench_channel b on b.n = c.channel
 group by c.day, b.n, b.code, b.agency_code, b.purpose, b.clue_kind, b.priority;
insert into intake_batch (id, channel_id, agency_code, order_id, area_pos, content_hash, filename, format, state, row_count,
    accepted_count, rejected_count, merged_count, new_count, waiting_count, received_by, received_at, resolved_at)
  select b.id, b.code, b.agency_code, w.order_id, o.area_pos, uuid_send(b.id), 'list.csv', 'csv', 'resolved', rows + rows / 50,
         rows, rows / 50, rows - rows / 3, rows / 3, 0, 'SYSTEM', b.at, b.at
    from bench_batch b, bench_world w join governance_emergencyorder o on o.id = w.order_id;
insert into intake_batchreject (batch_id, agency_code, area_pos, row_number, "column", code)
  select b.id, b.agency_code, o.area_pos, 2 + b.rows + r, 'name', (array['name_missing', 'id_wrong', 'phone_wrong'])[1 + r %% 3]
    from bench_batch b cross join lateral generate_series(0, b.rows / 50 - 1) r, bench_world w
    join governance_emergencyorder o on o.id = w.order_id;
insert into intake_clue (id, batch_id, channel_id, agency_code, order_id, row_number, kind, purpose, priority, area_pos, count_state,
    state, match_rule, candidates, person_id, resident_id, household_id, task_id, data_key, name_sealed, id_number_sealed,
    phone_sealed, address_sealed, id_key, id_surname_key, phone_key, door_key, outcome, outcome_at, received_at)
  select c.id, b.id, b.code, b.agency_code, w.order_id, 1 + row_number() over (partition by b.id order by c.n), b.clue_kind,
         b.purpose, b.priority, c.pos, case when c.k < 3 then 'new' else 'merged' end,
         case when c.closed_at is null then 'dispatched' else 'closed' end, 'id', '[]', c.resident_id, c.resident_id,
         bench_id(1, c.home, w.now_at - interval '40 days'), c.task_id, bench_id(1, c.home, w.now_at - interval '40 days'),
         substr(w.noise, (1 + c.n %% 60000)::int, 55), substr(w.noise, (2 + c.n %% 60000)::int, 64),
         substr(w.noise, (3 + c.n %% 60000)::int, 57), substr(w.noise, (4 + c.n %% 60000)::int, 110),
         uuid_send(c.id), uuid_send(c.subject_id), uuid_send(c.resident_id), uuid_send(c.task_id),
         case when c.closed_at is null then '' else 'verified_present' end, c.closed_at, c.opened_at
    from bench_clue c join bench_batch b on b.day = c.day and b.channel = c.channel, bench_world w;
insert into intake_answercount (batch_id, agency_code, area_pos, answered)
  select b.id, b.agency_code, o.area_pos, count(*)
    from bench_clue c join bench_batch b on b.day = c.day and b.channel = c.channel, bench_world w
    join governance_emergencyorder o on o.id = w.order_id where c.closed_at is not null group by 1, 2, 3;
insert into dispatch_tasksubject (id, task_id, area_pos, clue_id, person_id, resident_id, channel_code, purpose, kind, priority,
    next_pass, outcome, outcome_at, phone_pass, visit_pass)
  select c.subject_id, c.task_id, c.pos, c.id, c.resident_id, c.resident_id, b.code, b.purpose, b.clue_kind, b.priority,
         case when c.closed_at is null then 'phone' else 'done' end,
         case when c.closed_at is null then '' else 'verified_present' end, c.closed_at,
         case when c.closed_at is null then '' else 'at_the_door' end, case when c.closed_at is null then '' else 'done' end
    from bench_clue c join bench_channel b on b.n = c.channel;

-- section: passes
insert into dispatch_passresult (id, subject_id, task_id, area_pos, pass_kind, result, reason, evidence, by, at)
  select bench_id(9 + p.n, c.n, coalesce(case when p.n > 0 then c.closed_at end, c.opened_at)), c.subject_id, c.task_id, c.pos,
         p.kind, p.result, p.reason, '{}', bench_id(3, g.n, w.now_at - interval '40 days')::text,
         coalesce(case when p.n > 0 then c.closed_at end, c.opened_at)
    from bench_clue c join bench_grid g on g.pos = c.pos cross join bench_world w
    join (values (0, 'desk', 'matched', ''), (1, 'phone', 'skipped', 'at_the_door'), (2, 'visit', 'done', ''),
                 (3, 'update', 'closed', '')) p(n, kind, result, reason) on p.n = 0 or c.closed_at is not null;

-- section: flow
-- What is left lying rises: one open task in three lies with its street, one in twelve has gone on to the district.
create unlogged table bench_place as
select g.pos, g.code, c.pos as community, s.pos as street, d.pos as district from bench_grid g
  join territory_area c on c.code = left(g.code, 12) join territory_area s on s.code = left(g.code, 9)
  join territory_area d on d.code = left(g.code, 6);
insert into dispatch_escalation (id, task_id, run_id, order_id, level, area_pos, from_pos, kind, state, raised_by, raised_at)
  select bench_id(16, t.n, t.due_at), t.id, bench_id(17, t.n, t.due_at), w.order_id, l.level,
         case l.level when 'street' then p.street else p.district end, t.pos, 'late', 'open', 'SYSTEM', t.due_at
    from bench_task t join bench_place p on p.pos = t.pos cross join bench_world w
   cross join lateral (select case when t.n %% 12 = 0 then 'district' else 'street' end as level) l
   where t.closed_at is null and t.due_at < w.now_at and t.n %% 3 = 0;
insert into dispatch_handover (id, task_id, order_id, kind, state, area_pos, from_pos, to_pos, street_pos, priority, people_count,
                               proposed_by, proposed_at, due_at)
  select bench_id(18, t.n, t.opened_at), t.id, w.order_id, 'moved', 'proposed', p.pos, t.pos, p.pos, p.street, t.priority, 3,
         'SYSTEM', t.opened_at, t.due_at
    from bench_task t join bench_place p on p.pos = t.pos cross join bench_world w where t.closed_at is null and t.n %% 20 = 7;
insert into dispatch_whistle (id, order_id, task_id, level, area_pos, from_pos, place_pos, question, words, priority, lead_code,
                              agency_codes, state, blown_by, blown_at)
  select bench_id(19, t.n, t.opened_at), w.order_id, t.id, 'street', p.street, p.street, p.community, 'goods', '', t.priority,
         'health', '{health}', 'open', 'SYSTEM', t.opened_at
    from bench_task t join bench_place p on p.pos = t.pos cross join bench_world w where t.closed_at is null and (t.n %% 50 = 9 or t.n %% 200 = 0);
insert into dispatch_whistlecall (id, whistle_id, order_id, agency_code, is_lead, area_pos, place_pos, state, is_open, reply_by)
  select bench_id(20, row_number() over (), blown_at), id, order_id, 'health', true, from_pos, place_pos, 'waiting', true,
         blown_at + interval '4 hours' from dispatch_whistle;
-- Supervision draws one in a hundred of what is closed, and one in every street.
insert into dispatch_supervision (id, task_id, order_id, area_pos, kind, state, at)
  select bench_id(21, t.n, t.closed_at), t.id, w.order_id, t.pos, 'check', 'waiting', t.closed_at
    from (select b.*, row_number() over (partition by p.street order by b.n) as place
            from bench_task b join bench_place p on p.pos = b.pos where b.closed_at is not null) t cross join bench_world w
   where t.n %% 100 = 3 or t.place = 1;
insert into workforce_absence (id, account_id, area_pos, kind, starts_at, ends_at, entered_by, entered_at)
  select bench_id(22, n, w.now_at), bench_id(3, n, w.now_at - interval '40 days'), pos, 'rest', w.now_at - interval '1 day',
         w.now_at + interval '1 day', 'SYSTEM', w.now_at - interval '1 day' from bench_grid, bench_world w where n %% 20 = 1;
insert into registry_premises (id, credit_code, name, kind, area_pos, created_at, changed_at)
  select bench_id(23, n * 5 + k, w.now_at), 'BENCH' || lpad((n * 5 + k)::text, 13, '0'), '测试商铺' || n * 5 + k, 'shop', pos,
         w.now_at, w.now_at from bench_grid, generate_series(0, 4) k, bench_world w;
-- A phone for every worker.
insert into field_device (id, account_id, area_pos, public_key, token_hash, enrolled_by, enrolled_at, expires_at)
  select bench_id(25, n, w.now_at), bench_id(3, n, w.now_at - interval '40 days'), pos, 'key', sha256(n::text::bytea),
         bench_id(3, 0, w.now_at), w.now_at, w.now_at + interval '30 days' from bench_grid, bench_world w;
-- Forms do not grow with a city: twenty of them, each in its tenth version.
insert into forms_formversion (id, form_code, version, title, owner_code, purpose, state, filename, content_hash, workbook, xform,
                               questions, field_count, sunset_at, drafted_by, drafted_at, published_by, published_at, ended_at)
  select bench_id(24, n, w.now_at), 'bench_form_' || n / 10, (n %% 10)::text, '测试表单' || n / 10, 'health', 'case_finding',
         case when n %% 10 = 9 then 'published' else 'ended' end, 'form.csv', n::text, 'survey', '<h:html/>',
         (select jsonb_agg(jsonb_build_object('path', 'q' || q, 'name', 'q' || q, 'kind', 'integer', 'repeat', '', 'label',
           '{"中文 (zh)": "次数", "English (en)": "How often"}'::jsonb, 'hint', '{}'::jsonb, 'purpose', '{"中文 (zh)": "安排"}'::jsonb,
           'is_required', true, 'relevant', '', 'constraint', '', 'calculation', '', 'constraint_message', '{}'::jsonb,
           'required_message', '{}'::jsonb, 'pixels_most', '', 'choices', '[]'::jsonb)) from generate_series(1, 12) q),
         12, w.now_at + interval '9 days', bench_id(3, 0, w.now_at), w.now_at - interval '1 hour' * (200 - n),
         bench_id(3, 1, w.now_at), w.now_at - interval '1 hour' * (200 - n),
         case when n %% 10 < 9 then w.now_at end from generate_series(0, 199) n, bench_world w;
-- What every fourth household's worker filled in; and what centre and workers tell each other beside the day.
insert into field_submission (id, form_id, order_id, domain, account_id, device_id, area_pos, task_id, done_at, taken_at, key_id,
                              key_wrapped, told, content_sealed, steps, photo_count)
  select gen_random_uuid(), bench_id(24, 9, w.now_at), t.order_id, 'order:' || t.order_id,
         coalesce(t.assignee_id, bench_id(3, 0, w.now_at)), bench_id(25, 0, w.now_at), t.area_pos, t.id, t.opened_at, t.opened_at,
         gen_random_uuid(), substr(w.noise, 1, 60), substr(w.noise, 7, 16), substr(w.noise, (1 + abs(hashtext(t.id::text)) %% 60000), 900),
         '[{"step": "visit", "status": "done", "code": ""}]', 0
    from dispatch_task t, bench_world w where hashtext(t.id::text) %% 4 = 0;
insert into field_instruction (id, account_id, area_pos, area_end, words, is_urgent, from_name, written_by, written_at, given_at, expires_at)
  select bench_id(27, n * 3 + k, w.now_at), null, pos, pos + 1, '测试指示', k = 0, '测试中心', bench_id(3, 0, w.now_at),
         w.now_at - interval '5 days' * k, w.now_at - interval '5 days' * k, w.now_at - interval '5 days' * k + interval '3 days'
    from bench_grid, generate_series(0, 2) k, bench_world w;
insert into field_receipt (id, instruction_id, account_id, area_pos, received_at, done_at)
  select bench_id(28, n * 3 + k, w.now_at), bench_id(27, n * 3 + k, w.now_at), bench_id(3, n, w.now_at - interval '40 days'), pos,
         w.now_at, case when k > 0 then w.now_at end from bench_grid, generate_series(0, 2) k, bench_world w;
insert into field_helpcall (id, account_id, area_pos, kind, called_at, received_at, taken_by, taken_name, taken_at, closed_by, closed_at,
                            outcome)
  select bench_id(29, n, w.now_at), bench_id(3, n, w.now_at - interval '40 days'), pos, 'injured', w.now_at - interval '9 days',
         w.now_at - interval '9 days', bench_id(3, 0, w.now_at), '测试中心', w.now_at - interval '9 days', bench_id(3, 0, w.now_at),
         w.now_at - interval '9 days', 'safe' from bench_grid, bench_world w where n %% 10 = 0;
insert into field_workpiece (id, account_id, area_pos, began_at, end_id, ended_at, minutes_before, break_minutes, is_rest_short, rest_at,
                             stop_at)
  select gen_random_uuid(), bench_id(3, n, w.now_at - interval '40 days'), pos, w.now_at - interval '1 day' * d - interval '6 hours',
         case when d > 0 then gen_random_uuid() end, case when d > 0 then w.now_at - interval '1 day' * d end, 0, 240, false,
         w.now_at - interval '1 day' * d + interval '6 hours', w.now_at - interval '1 day' * d + interval '10 hours'
    from bench_grid, generate_series(0, %(days)s - 1) d, bench_world w;

-- section: ledger
-- What was done in the thirty days: by far most of it is reading and recording, as in a city at work.
insert into kernel_ledgerentry (at, actor, role, action, object_kind, object_hash, purpose, basis, task, result, detail)
  select w.now_at - interval '30 days' * (1 - n::float8 / %(entries)s), bench_id(3, n %% %(workers)s, w.now_at - interval '40 days'),
         'grid_worker', (array['task.access', 'household.access', 'pass.visit', 'clue.outcome', 'task.close'])[1 + n %% 5],
         'task', encode(uuid_send(bench_id(4, n, w.now_at)), 'hex') || encode(uuid_send(bench_id(5, n, w.now_at)), 'hex'),
         'case_finding', w.order_id::text, '', 'ok', '{"count": 1}'
    from generate_series(0::bigint, %(entries)s - 1) n, bench_world w;
insert into kernel_ledgerseal (position, entry_id, entry_hash, chain_hash, sealed_at)
  select row_number() over (order by id) + (select coalesce(max(position), 0) from kernel_ledgerseal), id,
         substr(w.noise, (1 + id %% 60000)::int, 32), substr(w.noise, (2 + id %% 60000)::int, 32), w.now_at
    from kernel_ledgerentry e, bench_world w where not exists (select from kernel_ledgerseal s where s.entry_id = e.id);
insert into kernel_ledgerhead (position, chain_hash, watermark, sealed_at)
  select max(position), (array_agg(chain_hash order by position desc))[1], pg_current_snapshot()::text, w.now_at
    from (select * from kernel_ledgerseal order by position desc limit 1) s, bench_world w group by w.now_at;
insert into kernel_fact (kind, ids, announced_at, drained_at)
  select 'dispatch.task_closed', '{"task_id": "none", "order_id": "none"}', w.now_at, w.now_at
    from generate_series(1, %(facts)s), bench_world w;
