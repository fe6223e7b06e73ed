-- The functions that write and read the ledger, as they stand now. Every migration that changes one runs this file again,
-- so there is one text of each; bodies are checked when they are first called, since tables may come later.
-- Names of cells: indicator × body × month × region × audience × finer audience.

set local check_function_bodies = off;

-- 1 Guards ----------------------------------------------------------------------------------------------------------

create or replace function ledger_reversal_key(fact uuid) returns uuid
language sql immutable strict parallel safe as
$$ select encode(substr(sha256(uuid_send(fact) || '\x7265766572736573'::bytea), 1, 16), 'hex')::uuid $$;

create or replace function ledger_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '台账只增不改：% 的 % 被拒绝，更正请用冲正', tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;

create or replace function ledger_refuse_side_door() returns trigger language plpgsql as $$
begin
    raise exception '事实只能经 ledger_fact 写入，不能直接写分区 %', tg_table_name using errcode = 'restrict_violation';
end $$;

create or replace function ledger_partition(day date) returns text language sql immutable strict parallel safe as
$$ select 'ledger_fact_' || lpad(extract(year from day)::int::text, 4, '0')
       || lpad(extract(month from day)::int::text, 2, '0') $$;

-- Make the months' partitions where they are missing. Attaching takes a lock that lets others go on writing facts.
create or replace function ledger_ensure_months(days date[]) returns integer language plpgsql as $$
declare
    first_day date;
    name text;
    made integer := 0;
begin
    if not exists (select from unnest(days) d where to_regclass(ledger_partition(d)) is null) then
        return 0;
    end if;
    perform pg_advisory_xact_lock(hashtext('ledger_ensure_months'));
    for first_day in select distinct date_trunc('month', d)::date from unnest(days) d order by 1 loop
        name := ledger_partition(first_day);
        if to_regclass(name) is not null then
            continue;
        end if;
        if first_day not between date '2000-01-01' and date '2100-12-31' then
            raise exception '日期 % 不在 2000 至 2100 年之间', first_day using errcode = 'check_violation';
        end if;
        execute format('create table %I (like ledger_fact including defaults including constraints)', name);
        execute format('alter table ledger_fact attach partition %I for values from (%L) to (%L)',
                       name, first_day, (first_day + interval '1 month')::date);
        execute format('create trigger ledger_fact_not_emptied before truncate on %I
                        for each statement execute function ledger_refuse_change()', name);
        execute format('create trigger ledger_fact_one_door before insert on %I
                        for each statement execute function ledger_refuse_side_door()', name);
        made := made + 1;
    end loop;
    return made;
end $$;

-- Facts have no foreign keys (they made loading ten times slower). Instead every statement checks that what its facts
-- name exists, and what a fact names can neither be deleted nor renumbered.
create or replace function ledger_keep_named() returns trigger language plpgsql as $$
declare
    is_named boolean;
    tables constant text[] := array['ledger_delta', 'ledger_rollup'];
    name text;
begin
    if tg_op = 'UPDATE' and old.id = new.id then
        return new;
    end if;
    lock table only ledger_fact in share mode;
    foreach name in array tables loop
        execute format('select exists (select from %I where %I = $1)', name, tg_argv[0]) into is_named using old.id;
        if is_named then
            raise exception '台账里有事实引用 % 的第 % 号，不能删除，可以停用', tg_table_name, old.id
                using errcode = 'foreign_key_violation', constraint = 'ledger_fact_' || tg_argv[0];
        end if;
    end loop;
    return case tg_op when 'DELETE' then old else new end;
end $$;

-- 2 What every statement of facts leaves behind -----------------------------------------------------------------------

create or replace function ledger_note_facts() returns trigger language plpgsql as $$
declare
    unknown text;
    has_stock boolean;
    has_person boolean;
begin
    select coalesce(min(case when i.id is null then 'ledger_indicator ' || f.indicator_id end),
                    min(case when r.id is null then 'directory_region ' || f.region_id end),
                    min(case when o.id is null then 'directory_organisation ' || f.organisation_id end)),
           bool_or(i.kind = 'stock'), bool_or(f.has_person)
      into unknown, has_stock, has_person
      from (select indicator_id, region_id, organisation_id, bool_or(person is not null) as has_person
              from new_facts group by indicator_id, region_id, organisation_id) f
      left join ledger_indicator i on i.id = f.indicator_id
      left join directory_region r on r.id = f.region_id
      left join directory_organisation o on o.id = f.organisation_id;
    if unknown is not null then
        raise exception '事实引用了不存在的 %', unknown using errcode = 'foreign_key_violation';
    end if;

    insert into ledger_delta
    select indicator_id, date_trunc('month', occurred_on)::date, organisation_id, region_id, min(district_id), audience,
           audience_tag, sum(quantity), sum(coalesce(people, 0)),
           sum(case when reverses is null then 1 else -1 end),
           sum(case when not is_demonstration then 0 when reverses is null then 1 else -1 end)
      from new_facts
     group by indicator_id, date_trunc('month', occurred_on), organisation_id, region_id, audience, audience_tag;

    if has_stock then
        delete from ledger_stock_value v using new_facts f
         where f.reverses is not null and v.indicator_id = f.indicator_id and v.region_id = f.region_id
           and v.audience = f.audience and v.audience_tag = f.audience_tag
           and v.organisation_id = f.organisation_id and v.occurred_on = f.occurred_on and v.fact_id = f.reverses;
        insert into ledger_stock_value (indicator_id, region_id, audience, audience_tag, organisation_id, occurred_on,
                                        district_id, quantity, fact_id, is_demonstration)
        select f.indicator_id, f.region_id, f.audience, f.audience_tag, f.organisation_id, f.occurred_on,
               f.district_id, f.quantity, f.id, f.is_demonstration
          from new_facts f join ledger_indicator i on i.id = f.indicator_id and i.kind = 'stock'
         where f.reverses is null
         order by 1, 2, 3, 4, 5, 6;
    end if;

    -- A counter for each person serialises on that person's row, so a reversal and a new fact at the same moment
    -- cannot both believe to be the last or the first.
    if has_person then
        with wanted as (
            select f.indicator_id, p.period, f.person, sum(case when f.reverses is null then 1 else -1 end)::int as facts
              from new_facts f
             cross join lateral (values (extract(year from f.occurred_on)::int * 100),
                                        (extract(year from f.occurred_on)::int * 100
                                         + extract(month from f.occurred_on)::int)) as p (period)
             where f.person is not null
             group by f.indicator_id, p.period, f.person
        ), counted as (
            insert into ledger_first_seen as seen (indicator_id, period, person, facts)
            select indicator_id, period, person, facts from wanted order by indicator_id, period, person
            on conflict (indicator_id, period, person) do update set facts = seen.facts + excluded.facts
            returning indicator_id, period, person, facts
        )
        insert into ledger_person_delta
        select c.indicator_id, c.period,
               sum(case when c.facts > 0 then 1 else 0 end - case when c.facts - w.facts > 0 then 1 else 0 end)
          from counted c join wanted w using (indicator_id, period, person)
         group by c.indicator_id, c.period
        having sum(case when c.facts > 0 then 1 else 0 end - case when c.facts - w.facts > 0 then 1 else 0 end) <> 0;
    end if;
    return null;
end $$;

-- 3 Writing one fact ------------------------------------------------------------------------------------------------

-- Returns 'recorded', 'present' (the same fact was there under this key) or 'taken' (another fact has this key).
create or replace function ledger_record_fact(
    p_key uuid, p_indicator integer, p_occurred_on date, p_region bigint, p_district bigint, p_area_class text,
    p_organisation bigint, p_audience text, p_audience_tag text, p_quantity numeric, p_people bigint, p_person bytea,
    p_method jsonb, p_source_kind text, p_source_ref text, p_note text, p_recorded_by bigint,
    p_recorded_at timestamptz, p_is_demonstration boolean
) returns text language plpgsql as $$
declare
    is_same boolean;
begin
    if to_regclass(ledger_partition(p_occurred_on)) is null then
        perform ledger_ensure_months(array[p_occurred_on]);
    end if;
    insert into ledger_fact_key values (p_key, p_occurred_on, p_indicator) on conflict do nothing;
    if not found then
        select exists (
            select from ledger_fact f
             where f.indicator_id = p_indicator and f.occurred_on = p_occurred_on and f.id = p_key
               and (f.region_id, f.organisation_id, f.audience, f.audience_tag, f.quantity, f.people, f.person)
                   is not distinct from (p_region, p_organisation, p_audience, p_audience_tag,
                                         p_quantity::numeric(18, 4), p_people, p_person)
        ) into is_same;
        return case when is_same then 'present' else 'taken' end;
    end if;
    insert into ledger_fact values (
        p_key, p_indicator, p_occurred_on, p_region, p_district, p_area_class, p_organisation, p_audience,
        p_audience_tag, p_quantity, p_people, p_person, p_method, p_source_kind, p_source_ref, p_note, p_recorded_by,
        p_recorded_at, null, p_is_demonstration);
    return 'recorded';
end $$;

-- Returns the reversing fact's number, or null when the fact was reversed before.
create or replace function ledger_reverse_fact(
    p_fact uuid, p_source_kind text, p_note text, p_recorded_by bigint, p_recorded_at timestamptz
) returns uuid language plpgsql as $$
declare
    old ledger_fact;
    p_key constant uuid := ledger_reversal_key(p_fact);
begin
    select f.* into old from ledger_fact_key k
      join ledger_fact f on f.occurred_on = k.occurred_on and f.indicator_id = k.indicator_id and f.id = k.key
     where k.key = p_fact;
    if not found then
        raise exception '没有这条事实：%', p_fact using errcode = 'no_data_found';
    elsif old.reverses is not null then
        raise exception '冲正记录不能再冲正：%', p_fact using errcode = 'restrict_violation';
    end if;
    insert into ledger_fact_key values (p_key, old.occurred_on, old.indicator_id) on conflict do nothing;
    if not found then
        return null;
    end if;
    insert into ledger_fact values (
        p_key, old.indicator_id, old.occurred_on, old.region_id, old.district_id, old.area_class, old.organisation_id,
        old.audience, old.audience_tag, -old.quantity, -old.people, old.person, old.method, p_source_kind, '', p_note,
        p_recorded_by, p_recorded_at, p_fact, old.is_demonstration);
    return p_key;
end $$;

-- 4 Folding ---------------------------------------------------------------------------------------------------------

-- Moves every delta that this statement sees into the roll-ups; -1 when another fold is at work. Sums of numerics keep a
-- state each: hashing them takes a kilobyte a group, sorting first takes one for all.
create or replace function ledger_fold() returns bigint
language plpgsql set work_mem = '128MB' set enable_hashagg = off as $$
declare
    moved bigint;
begin
    if not pg_try_advisory_xact_lock(hashtext('ledger_fold')) then
        return -1;
    end if;
    with taken as materialized (
        delete from ledger_delta returning *
    ), cell as materialized (
        select indicator_id, organisation_id, month, region_id, audience, audience_tag, min(district_id) as district_id,
               sum(quantity) as quantity, sum(people) as people, sum(facts) as facts,
               sum(demonstration) as demonstration
          from taken group by indicator_id, organisation_id, month, region_id, audience, audience_tag
    ), fine as (
        insert into ledger_rollup as old (indicator_id, organisation_id, month, region_id, audience, audience_tag,
                                          district_id, quantity, people, facts, demonstration)
        select indicator_id, organisation_id, month, region_id, audience, audience_tag, district_id, quantity, people,
               facts, demonstration
          from cell order by indicator_id, organisation_id, month, region_id, audience, audience_tag
        on conflict (indicator_id, organisation_id, month, region_id, audience, audience_tag) do update
           set quantity = old.quantity + excluded.quantity, people = old.people + excluded.people,
               facts = old.facts + excluded.facts, demonstration = old.demonstration + excluded.demonstration
    ), page as (
        insert into ledger_page_rollup as old (indicator_id, district_id, audience, month, quantity, people, facts,
                                               demonstration)
        select indicator_id, coalesce(district_id, 0), coalesce(audience, ''), month, sum(quantity), sum(people),
               sum(facts), sum(demonstration)
          from (select indicator_id, month, district_id, audience, sum(quantity) as quantity, sum(people) as people,
                       sum(facts) as facts, sum(demonstration) as demonstration
                  from cell group by indicator_id, month, district_id, audience) c
         group by indicator_id, month, grouping sets ((district_id, audience), (district_id), (audience), ())
         order by 1, 2, 3, 4
        on conflict (indicator_id, district_id, audience, month) do update
           set quantity = old.quantity + excluded.quantity, people = old.people + excluded.people,
               facts = old.facts + excluded.facts, demonstration = old.demonstration + excluded.demonstration
    )
    select count(*) into moved from taken;
    with taken as (
        delete from ledger_person_delta returning *
    )
    insert into ledger_person_rollup as old (indicator_id, period, persons)
    select indicator_id, period, sum(change) from taken group by indicator_id, period order by 1, 2
    on conflict (indicator_id, period) do update set persons = old.persons + excluded.persons;
    return moved;
end $$;

-- 5 Reading ---------------------------------------------------------------------------------------------------------

-- Many questions at once, each answered from roll-ups, deltas and, for a part of a month, the facts themselves.
-- STABLE: all statements inside see the caller's one snapshot, so a fold in between cannot be counted twice or lost.
-- A question: position, method (sum | count | persons | stock | last), indicators, districts, regions, audiences, tags,
-- organisations (null = all), first_month … last_month (whole months by roll-up), edges [{from, to, sign}] (days added
-- to or taken from them, each within one month), since, until, period (persons of a whole year or month).
-- Flows are answered together by one statement: planning one for every question and every month's partition took longer
-- than reading its facts. It is planned for the days at hand, so that it never opens the partitions of all years.
-- Plain index scans: they note for the next reader which entries a fold has emptied, bitmap scans do not.
create or replace function ledger_values(questions jsonb)
returns table (place integer, total numeric, heads numeric, facts numeric, demonstration numeric, last_on date)
language plpgsql stable
set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan as $$
declare
    q record;
    candidate date;
    one integer;
    newest_on date;
    first_edge date;
    last_edge date;
    newest_until date;
    where_days constant text := ' and occurred_on between $2 and $3'
        ' and ($4 is null or district_id = any($4)) and ($5 is null or region_id = any($5))'
        ' and ($6 is null or audience = any($6)) and ($7 is null or audience_tag = any($7))'
        ' and ($8 is null or organisation_id = any($8))';
    where_one constant text := ' where indicator_id = $1' || where_days;
    where_cell constant text := ' where indicator_id = any($1)' || where_days;
begin
    select min(e."from"), max(e."to") into first_edge, last_edge
      from jsonb_to_recordset(questions) as x (edges jsonb)
     cross join lateral jsonb_to_recordset(x.edges) as e ("from" date, "to" date);
    select max(x.until) into newest_until from jsonb_to_recordset(questions) as x (until date);
    for q in execute format($flows$
        select x.*, whole.*, ends.*, newest.day
          from (
            select *, method not in ('stock', 'last') as is_flow from jsonb_to_recordset($1) as x (
                position integer, method text, indicators integer[], districts bigint[], regions bigint[],
                audiences text[], tags text[], organisations bigint[], first_month date, last_month date, edges jsonb,
                since date, until date, period integer)
          ) x
         cross join lateral (
            select sum(m.quantity) filter (where m.month between x.first_month and x.last_month) as quantity,
                   sum(m.people) filter (where m.month between x.first_month and x.last_month) as people,
                   coalesce(sum(m.facts) filter (where m.month between x.first_month and x.last_month), 0) as facts,
                   coalesce(sum(m.demonstration), 0) as demonstration,
                   array_agg(m.month order by m.month desc) filter (where m.facts > 0) as months
              from (
                select c.month, sum(c.quantity) as quantity, sum(c.people) as people, sum(c.facts) as facts,
                       sum(c.demonstration) as demonstration
                  from (
                    -- Of the three roll-ups one holds, by conditions on the question alone; the others are not begun.
                    select p.month, p.quantity, p.people, p.facts, p.demonstration from ledger_page_rollup p
                     where x.is_flow and x.regions is null and x.tags is null and x.organisations is null
                       and p.indicator_id = any(x.indicators) and p.district_id = any(coalesce(x.districts, '{0}'))
                       and p.audience = any(coalesce(x.audiences, '{""}')) and p.month <= x.until
                    union all
                    select p.month, p.quantity, p.people, p.facts, p.demonstration from ledger_rollup p
                     where x.is_flow and x.organisations is not null
                       and p.indicator_id = any(x.indicators) and p.organisation_id = any(x.organisations)
                       and p.month <= x.until
                       and (x.districts is null or p.district_id = any(x.districts))
                       and (x.regions is null or p.region_id = any(x.regions))
                       and (x.audiences is null or p.audience = any(x.audiences))
                       and (x.tags is null or p.audience_tag = any(x.tags))
                    union all
                    select p.month, p.quantity, p.people, p.facts, p.demonstration from ledger_rollup p
                     where x.is_flow and x.organisations is null and (x.regions is not null or x.tags is not null)
                       and p.indicator_id = any(x.indicators) and p.month <= x.until
                       and (x.districts is null or p.district_id = any(x.districts))
                       and (x.regions is null or p.region_id = any(x.regions))
                       and (x.audiences is null or p.audience = any(x.audiences))
                       and (x.tags is null or p.audience_tag = any(x.tags))
                    union all
                    select d.month, d.quantity, d.people, d.facts, d.demonstration from ledger_delta d
                     where x.is_flow and d.indicator_id = any(x.indicators) and d.month <= x.until
                       and (x.organisations is null or d.organisation_id = any(x.organisations))
                       and (x.districts is null or d.district_id = any(x.districts))
                       and (x.regions is null or d.region_id = any(x.regions))
                       and (x.audiences is null or d.audience = any(x.audiences))
                       and (x.tags is null or d.audience_tag = any(x.tags))
                  ) c group by c.month
              ) m
          ) whole
         cross join lateral (
            select sum(e.sign * days.quantity) as part_quantity, sum(e.sign * days.people) as part_people,
                   sum(e.sign * days.facts) as part_facts
              from jsonb_to_recordset(x.edges) as e ("from" date, "to" date, sign integer)
             cross join lateral (
                select sum(f.quantity) as quantity, coalesce(sum(f.people), 0) as people,
                       sum(case when f.reverses is null then 1 else -1 end) as facts
                  from ledger_fact f
                 where x.is_flow and f.indicator_id = any(x.indicators) and f.occurred_on between e."from" and e."to"
                   and f.occurred_on between %1$L and %2$L
                   and (x.districts is null or f.district_id = any(x.districts))
                   and (x.regions is null or f.region_id = any(x.regions))
                   and (x.audiences is null or f.audience = any(x.audiences))
                   and (x.tags is null or f.audience_tag = any(x.tags))
                   and (x.organisations is null or f.organisation_id = any(x.organisations))
             ) days
          ) ends
         cross join lateral (
            -- The newest fact of the newest month that has any; null where somebody took it back or it is long ago.
            select case when not bool_or(exists (
                       select from ledger_fact_key k where k.key = ledger_reversal_key(fact.id)
                   )) then max(fact.occurred_on) end as day
              from unnest(x.indicators) as i (id)
             cross join lateral (
                select f.id, f.occurred_on from ledger_fact f
                 where f.indicator_id = i.id and f.reverses is null and f.occurred_on between whole.months[1]
                       and least(x.until, (whole.months[1] + interval '1 month')::date - 1)
                   and f.occurred_on between %3$L and %4$L
                   and (x.districts is null or f.district_id = any(x.districts))
                   and (x.regions is null or f.region_id = any(x.regions))
                   and (x.audiences is null or f.audience = any(x.audiences))
                   and (x.tags is null or f.audience_tag = any(x.tags))
                   and (x.organisations is null or f.organisation_id = any(x.organisations))
                 order by f.occurred_on desc limit 1
             ) fact
          ) newest
        $flows$, first_edge, last_edge, (date_trunc('month', newest_until) - interval '3 months')::date, newest_until)
        using questions
    loop
        place := q.position;
        total := null; heads := null; facts := 0; demonstration := 0; last_on := null;

        if q.method = 'stock' then
            -- Planned for the question at hand: with one indicator it is read in the order of the key, without a sort.
            execute 'select sum(quantity), count(*), count(*) filter (where is_demonstration), max(occurred_on) from ('
                || 'select distinct on (region_id, audience, audience_tag, organisation_id)'
                || ' quantity, is_demonstration, occurred_on from ledger_stock_value '
                || case cardinality(q.indicators) when 1 then replace(where_one, '$1', '($1)[1]') else where_cell end
                || ' order by region_id desc, audience desc, audience_tag desc, organisation_id desc, occurred_on desc) v'
               into total, facts, demonstration, last_on
              using q.indicators, date '2000-01-01', q.until, q.districts, q.regions, q.audiences, q.tags,
                    q.organisations;
            return next;
            continue;
        elsif q.method = 'last' then
            select s.quantity, 1, case when s.is_demonstration then 1 else 0 end, s.occurred_on
              into total, facts, demonstration, last_on
              from ledger_stock_value s
             where s.indicator_id = any(q.indicators) and s.occurred_on <= q.until
               and s.region_id = any(q.regions) and s.audience = any(q.audiences) and s.audience_tag = any(q.tags)
               and (q.organisations is null or s.organisation_id = any(q.organisations))
             order by s.occurred_on desc, s.organisation_id limit 1;
            facts := coalesce(facts, 0);
            demonstration := coalesce(demonstration, 0);
            return next;
            continue;
        end if;

        total := q.quantity; heads := q.people; facts := q.facts; demonstration := q.demonstration;
        if q.part_facts is not null then
            total := coalesce(total, 0) + q.part_quantity;
            heads := coalesce(heads, 0) + q.part_people;
            facts := facts + q.part_facts;
        end if;

        -- The newest day with a fact that nobody reversed. A month whose newest fact was reversed, or of which the days
        -- asked for hold none, is searched deeper, and then the months before it.
        last_on := q.day;
        foreach candidate in array coalesce(q.months, '{}') loop
            exit when last_on is not null;
            foreach one in array q.indicators loop
                execute 'select f.occurred_on from ' || ledger_partition(candidate) || ' f' || where_one
                    || ' and reverses is null'
                    || ' and not exists (select from ledger_fact_key k where k.key = ledger_reversal_key(f.id))'
                    || ' order by f.occurred_on desc limit 1'
                   into newest_on
                  using one, candidate, least(q.until, (candidate + interval '1 month')::date - 1), q.districts,
                        q.regions, q.audiences, q.tags, q.organisations;
                last_on := greatest(last_on, newest_on);
            end loop;
        end loop;

        if q.method = 'persons' then
            if q.period is not null then
                select coalesce(sum(s.persons), 0) into total
                  from (select r.persons from ledger_person_rollup r
                         where r.indicator_id = any(q.indicators) and r.period = q.period
                        union all
                        select d.change from ledger_person_delta d
                         where d.indicator_id = any(q.indicators) and d.period = q.period) s;
            else
                execute 'select count(*) from (select person from ledger_fact' || where_cell
                    || ' and person is not null group by person'
                    || ' having sum(case when reverses is null then 1 else -1 end) > 0) p'
                   into total
                  using q.indicators, q.since, q.until, q.districts, q.regions, q.audiences, q.tags, q.organisations;
            end if;
        end if;
        return next;
    end loop;
end $$;

-- The newest facts of many questions, taken back or not, each question's in order. The roll-ups know which months hold
-- any, so only these are read, newest first, until `most` are found.
create or replace function ledger_newest_facts(questions jsonb, most integer)
returns table (place integer, indicator_id integer, occurred_on date, id uuid)
language plpgsql stable
set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan as $$
declare
    q record;
    candidate date;
    missing integer;
    taken integer;
begin
    for q in select * from jsonb_to_recordset(questions) as x (
        position integer, indicators integer[], regions bigint[], audiences text[], tags text[], organisations bigint[],
        since date, until date)
    loop
        missing := most;
        for candidate in
            select p.month from ledger_page_rollup p
             where p.indicator_id = any(q.indicators) and p.district_id = 0 and p.audience = ''
               and p.month between date_trunc('month', q.since)::date and q.until
            union
            select d.month from ledger_delta d
             where d.indicator_id = any(q.indicators)
               and d.month between date_trunc('month', q.since)::date and q.until
             order by 1 desc
        loop
            return query execute 'select $1, f.indicator_id, f.occurred_on, f.id from ' || ledger_partition(candidate)
                || ' f where f.indicator_id = ' || case cardinality(q.indicators) when 1 then '($2)[1]' else 'any($2)' end
                || ' and f.occurred_on between $3 and $4 and ($5 is null or f.region_id = any($5))'
                || ' and ($6 is null or f.audience = any($6)) and ($7 is null or f.audience_tag = any($7))'
                || ' and ($8 is null or f.organisation_id = any($8))'
                || ' order by f.occurred_on desc, f.recorded_at desc, f.id limit $9'
                using q.position, q.indicators, q.since, q.until, q.regions, q.audiences, q.tags, q.organisations, missing;
            get diagnostics taken = row_count;
            missing := missing - taken;
            exit when missing <= 0;
        end loop;
    end loop;
end $$;

-- 6 Proof -----------------------------------------------------------------------------------------------------------

-- How many cells of roll-up ∪ delta differ from what the facts say. Reads every fact.
create or replace function ledger_differences()
returns table (fine bigint, page bigint, stocks bigint, persons bigint, keys bigint) language sql stable as $$
    with fact_cell as materialized (
        select indicator_id, organisation_id, date_trunc('month', occurred_on)::date as month, region_id, district_id,
               audience, audience_tag, sum(quantity) as quantity, sum(coalesce(people, 0)) as people,
               sum(case when reverses is null then 1 else -1 end) as facts,
               sum(case when not is_demonstration then 0 when reverses is null then 1 else -1 end) as demonstration
          from ledger_fact group by 1, 2, 3, 4, 5, 6, 7
    ), kept as (
        select indicator_id, organisation_id, month, region_id, audience, audience_tag, sum(quantity) as quantity,
               sum(people) as people, sum(facts) as facts, sum(demonstration) as demonstration
          from (select indicator_id, organisation_id, month, region_id, audience, audience_tag, quantity, people,
                       facts, demonstration from ledger_rollup
                union all
                select indicator_id, organisation_id, month, region_id, audience, audience_tag, quantity, people,
                       facts, demonstration from ledger_delta) a
         group by 1, 2, 3, 4, 5, 6
    ), page_kept as (
        select indicator_id, district_id, audience, month, sum(quantity) as quantity, sum(people) as people,
               sum(facts) as facts, sum(demonstration) as demonstration
          from (select indicator_id, district_id, audience, month, quantity, people, facts, demonstration
                  from ledger_page_rollup
                union all
                select indicator_id, coalesce(district_id, 0), coalesce(audience, ''), month, sum(quantity),
                       sum(people), sum(facts), sum(demonstration)
                  from ledger_delta
                 group by indicator_id, month, grouping sets ((district_id, audience), (district_id), (audience), ())
               ) a
         group by 1, 2, 3, 4
    ), page_fact as (
        select indicator_id, coalesce(district_id, 0) as district_id, coalesce(audience, '') as audience, month,
               sum(quantity) as quantity, sum(people) as people, sum(facts) as facts,
               sum(demonstration) as demonstration
          from fact_cell
         group by indicator_id, month, grouping sets ((district_id, audience), (district_id), (audience), ())
    ), live_stock as (
        select f.indicator_id, f.region_id, f.audience, f.audience_tag, f.organisation_id, f.occurred_on,
               f.quantity, f.id as fact_id
          from ledger_fact f join ledger_indicator i on i.id = f.indicator_id and i.kind = 'stock'
         where f.reverses is null
           and not exists (select from ledger_fact_key k where k.key = ledger_reversal_key(f.id))
    ), person_fact as (
        select indicator_id, period, count(*) as persons
          from (select f.indicator_id, p.period, f.person
                  from ledger_fact f
                 cross join lateral (values (extract(year from f.occurred_on)::int * 100),
                                            (extract(year from f.occurred_on)::int * 100
                                             + extract(month from f.occurred_on)::int)) as p (period)
                 where f.person is not null
                 group by f.indicator_id, p.period, f.person
                having sum(case when f.reverses is null then 1 else -1 end) > 0) s
         group by indicator_id, period
    ), person_kept as (
        select indicator_id, period, sum(persons) as persons
          from (select indicator_id, period, persons from ledger_person_rollup
                union all select indicator_id, period, change from ledger_person_delta) a
         group by indicator_id, period
    )
    select
        (select count(*) from fact_cell f full join kept k
             using (indicator_id, organisation_id, month, region_id, audience, audience_tag)
          where (f.quantity, f.people, f.facts, f.demonstration)
                is distinct from (k.quantity, k.people, k.facts, k.demonstration)),
        (select count(*) from page_fact f full join page_kept k using (indicator_id, district_id, audience, month)
          where (f.quantity, f.people, f.facts, f.demonstration)
                is distinct from (k.quantity, k.people, k.facts, k.demonstration)),
        (select count(*) from live_stock f full join ledger_stock_value k
             using (indicator_id, region_id, audience, audience_tag, organisation_id, occurred_on)
          where (f.quantity, f.fact_id) is distinct from (k.quantity, k.fact_id)),
        (select count(*) from person_fact f full join person_kept k using (indicator_id, period)
          where coalesce(f.persons, 0) <> coalesce(k.persons, 0)),
        (select abs((select count(*) from ledger_fact) - (select count(*) from ledger_fact_key)))
$$;
