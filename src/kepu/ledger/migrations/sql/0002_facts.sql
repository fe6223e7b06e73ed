-- The tables of facts and the triggers that guard them; the functions stand in functions.sql.
-- Names of cells: indicator × body × month × region × audience × finer audience.

-- 1 Tables ----------------------------------------------------------------------------------------------------------

create table ledger_fact (
    id uuid not null,
    indicator_id integer not null,
    occurred_on date not null,
    region_id bigint not null,
    district_id bigint not null,
    area_class varchar(10) collate "C" not null,
    organisation_id bigint not null,
    audience varchar(16) collate "C" not null,
    audience_tag varchar(30) collate "C" not null,
    quantity numeric(18, 4) not null,
    people bigint,
    person bytea,
    method jsonb,
    source_kind varchar(10) collate "C" not null,
    source_ref varchar(200) not null,
    note varchar(500) not null,
    recorded_by_id bigint,
    recorded_at timestamptz not null,
    reverses uuid,
    is_demonstration boolean not null,
    constraint ledger_fact_not_negative check (reverses is not null or (quantity >= 0 and coalesce(people, 0) >= 0)),
    constraint ledger_fact_reversal_once check (reverses is null or id = ledger_reversal_key(reverses)),
    constraint ledger_fact_date_known check (occurred_on between date '2000-01-01' and date '2100-12-31'),
    constraint ledger_fact_person_hashed check (person is null or octet_length(person) between 16 and 32),
    constraint ledger_fact_audience_known
        check (audience in ('youth', 'farmers', 'workers', 'elderly', 'officials', 'public'))
) partition by range (occurred_on);
create index ledger_fact_indicator_day on ledger_fact (indicator_id, occurred_on);
create index ledger_fact_body_day on ledger_fact (organisation_id, occurred_on);

-- The key of a fact is its number. A partitioned table cannot hold it unique over all months, so this plain one does.
create table ledger_fact_key (
    key uuid primary key,
    occurred_on date not null,
    indicator_id integer not null
);

create table ledger_delta (
    indicator_id integer not null,
    month date not null,
    organisation_id bigint not null,
    region_id bigint not null,
    district_id bigint not null,
    audience varchar(16) collate "C" not null,
    audience_tag varchar(30) collate "C" not null,
    quantity numeric(24, 4) not null,
    people bigint not null,
    facts bigint not null,
    demonstration bigint not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000);
create index ledger_delta_indicator on ledger_delta (indicator_id, month);

create table ledger_rollup (
    indicator_id integer not null,
    organisation_id bigint not null,
    month date not null,
    region_id bigint not null,
    audience varchar(16) collate "C" not null,
    audience_tag varchar(30) collate "C" not null,
    district_id bigint not null,
    quantity numeric(24, 4) not null,
    people bigint not null,
    facts bigint not null,
    demonstration bigint not null,
    primary key (indicator_id, organisation_id, month, region_id, audience, audience_tag)
) with (fillfactor = 80);

create table ledger_page_rollup (
    indicator_id integer not null,
    district_id bigint not null,
    audience varchar(16) collate "C" not null,
    month date not null,
    quantity numeric(24, 4) not null,
    people bigint not null,
    facts bigint not null,
    demonstration bigint not null,
    primary key (indicator_id, district_id, audience, month)
) with (fillfactor = 80);
comment on table ledger_page_rollup is 'district 0 = every district, audience '''' = every audience';

create table ledger_stock_value (
    indicator_id integer not null,
    region_id bigint not null,
    audience varchar(16) collate "C" not null,
    audience_tag varchar(30) collate "C" not null,
    organisation_id bigint not null,
    occurred_on date not null,
    district_id bigint not null,
    quantity numeric(18, 4) not null,
    fact_id uuid not null,
    is_demonstration boolean not null,
    primary key (indicator_id, region_id, audience, audience_tag, organisation_id, occurred_on)
);

create table ledger_first_seen (
    indicator_id integer not null,
    period integer not null,
    person bytea not null,
    facts integer not null,
    primary key (indicator_id, period, person)
);
create table ledger_person_delta (indicator_id integer not null, period integer not null, change bigint not null);
create index ledger_person_delta_period on ledger_person_delta (indicator_id, period);
create table ledger_person_rollup (
    indicator_id integer not null,
    period integer not null,
    persons bigint not null,
    primary key (indicator_id, period)
);

-- 2 Append only -----------------------------------------------------------------------------------------------------

-- A row trigger on the parent is cloned to every partition; TRUNCATE and the side door need one on each.
create trigger ledger_fact_append_only before update or delete on ledger_fact
    for each row execute function ledger_refuse_change();
create trigger ledger_fact_not_emptied before truncate on ledger_fact
    for each statement execute function ledger_refuse_change();
create trigger ledger_fact_key_append_only before update or delete on ledger_fact_key
    for each row execute function ledger_refuse_change();
create trigger ledger_fact_key_not_emptied before truncate on ledger_fact_key
    for each statement execute function ledger_refuse_change();

-- Facts have no foreign keys; what one names can neither be deleted nor renumbered.
create trigger ledger_indicator_kept before delete or update of id on ledger_indicator
    for each row execute function ledger_keep_named('indicator_id');
create trigger ledger_region_kept before delete or update of id on directory_region
    for each row execute function ledger_keep_named('region_id');
create trigger ledger_organisation_kept before delete or update of id on directory_organisation
    for each row execute function ledger_keep_named('organisation_id');

-- 3 Roll-ups ----------------------------------------------------------------------------------------------------------

create trigger ledger_fact_noted after insert on ledger_fact referencing new table as new_facts
    for each statement execute function ledger_note_facts();
