-- The peer of `benchmarks/million.py`: the tables of the restricted edition by one script, as one writes it for DuckDB alone. No
-- constraint, no test, no comment, nothing but the tables. Given, as to dbt: schemas `raw` and `codebook`, `main.mart_near_duplicates`
-- and `staging.int_released_outcomes`.

create schema if not exists history;

create macro key_of(a, b, c) as md5(concat_ws(chr(31), a, b, c));
create macro folded(t) as replace(replace(lower(trim(regexp_replace(nfc_normalize(t),
    '[\s\p{Z}\x{1C}-\x{1F}\x{85}]+', ' ', 'g'))), 'ß', 'ss'), 'ς', 'σ');

-- members of all vocabularies and their keys
create temp table member as
with slugged as (
    select *, slug || if(
        slug in ('not_coded', 'withheld') or count(*) over (partition by vocabulary, scope_member, slug) > 1,
        '_' || label_hash, ''
    ) as slug_key
    from raw.members
),
owned as (
    select *, slug_key || if(
        count(*) over (partition by vocabulary, scope_member, slug_key) > 1, '_' || label_hash, ''
    ) as own_key
    from slugged
),
scoped as (
    select m.*, s.label as scope_label, coalesce(s.own_key, 'not_coded') as scope_key
    from owned as m
    left join owned as s
        on s.member = m.scope_member
        and s.vocabulary = case m.vocabulary when 'change_type' then 'change_cluster' when 'result' then 'geography' end
    where m.vocabulary in ('change_type', 'result')
)
select vocabulary, scope_member, member, null as scope_key, null as scope_label, label, status, code, number, programme, own_key as key
from owned where vocabulary not in ('change_type', 'result')
union all
select vocabulary, scope_member, member, scope_key, scope_label, label, status, code, number, programme,
    scope_key || '_' || own_key || if(
        scope_key || '_' || own_key in ('not_coded', 'withheld')
        or count(*) over (partition by vocabulary, scope_key || '_' || own_key) > 1, '_' || label_hash, ''
    )
from scoped
union all
select v, null, null, if(v in ('change_type', 'result'), 'not_coded', null), if(v in ('change_type', 'result'), 'not coded', null),
    'not coded', 'not_coded', null, null, null, 'not_coded'
from unnest(['outcome_status', 'harvest', 'geography', 'objective', 'social_actor', 'scale', 'significance', 'contribution',
    'change_type', 'result', 'agreement', 'substantiator_role']) as t(v);

create table main.dim_social_actor as
select key as social_actor_key, label, status from member where vocabulary = 'social_actor';
create table main.dim_substantiator_role as
select key as role_key, label, status from member where vocabulary = 'substantiator_role';
create table main.dim_change_type as
select key as change_type_key, scope_label as cluster, label, status from member where vocabulary = 'change_type';
create table main.dim_result as
select key as result_key, scope_key as geography_key, code, label, status from member where vocabulary = 'result';
create table main.dim_scale as
select key as scale_key, m.label, c.rank::int as rank, m.status
from member as m left join codebook.scales as c on m.label = trim(c.label) and m.status = 'codebook' where vocabulary = 'scale';
create table main.dim_significance as
select key as significance_key, m.label, c.rank::int as rank, m.status
from member as m left join codebook.significance as c on m.label = trim(c.label) and m.status = 'codebook'
where vocabulary = 'significance';
create table main.dim_contribution as
select key as contribution_key, m.label, c.rank::int as rank, m.status
from member as m left join codebook.contribution as c on m.label = trim(c.label) and m.status = 'codebook'
where vocabulary = 'contribution';
create table main.dim_agreement as
select key as agreement_key, m.label, c.rank::int as rank, c.agrees::bool as is_agreement, m.status
from member as m left join codebook.agreements as c on m.label = trim(c.label) and m.status = 'codebook'
where vocabulary = 'agreement';
create table main.dim_outcome_status as
select key as status_key, m.label, c.is_outcome::bool as is_outcome, m.status
from member as m left join codebook.outcome_statuses as c on m.label = trim(c.label) and m.status = 'codebook'
where vocabulary = 'outcome_status';
create table main.dim_geography as
select key as geography_key, m.label, c.unit_type, c.iso3, c.region, m.status
from member as m left join codebook.geographies as c on m.label = trim(c.label) and m.status = 'codebook'
where vocabulary = 'geography';
create table main.dim_harvest as
select key as harvest_key, m.label, coalesce(c.number::int, m.number) as number, m.status
from member as m left join codebook.harvests as c on m.label = trim(c.label) and m.status = 'codebook'
where vocabulary = 'harvest';
create table main.dim_objective as
select key as objective_key, coalesce(c.programme, m.programme) as programme, coalesce(c.code, m.code) as code, m.label, m.status
from member as m left join codebook.objectives as c on m.label = trim(c.label) and m.status = 'codebook'
where vocabulary = 'objective';
create table main.dim_indicator as
select regexp_replace(lower(trim(programme) || '_' || trim(code)), '[^a-z0-9]+', '_', 'g') as indicator_key,
    trim(programme) as programme, trim(code) as code, trim(label) as label, trim(unit) as unit, trim(donor) as donor
from codebook.indicators;
create table main.meta_builds as
select build_id, built_at, code_version, codebook_hash, source_hash from raw.builds;

-- which outcome a fragment tells, and the how-manieth version of it
create temp table version as
with collision as (
    select programme, id_key, file_order from raw.fragments where id_key is not null
    group by all having min(content_hash) <> max(content_hash)
),
identified as (
    select fragment_key, file_order, harvest_number, content_hash, is_confidential, confidentiality_basis,
        (file_order, programme, id_key) in (select (file_order, programme, id_key) from collision) as collides,
        if(id_key is not null and (programme, id_key) not in (select (programme, id_key) from collision),
            key_of('id', programme, id_key),
            md5(concat_ws(chr(31), 'text', programme, text_key, coalesce(fragment_id, '')))) as outcome_key
    from raw.fragments
),
placed as (
    select *, row_number() over w as place, coalesce(content_hash = lag(content_hash) over w, false) as is_duplicate
    from identified
    window w as (partition by outcome_key order by harvest_number nulls first, fragment_key)
)
select fragment_key, file_order, outcome_key, collides, is_confidential, confidentiality_basis, place, is_duplicate,
    (count(*) filter (not is_duplicate) over (partition by outcome_key order by place))::int as version_number,
    (count(*) filter (not is_duplicate) over (partition by outcome_key))::int as version_count
from placed;

create temp table outcome as
select
    arg_max(fragment_key, place) filter (not is_duplicate) as fragment_key, outcome_key,
    any_value(version_count) as version_count, bool_or(is_confidential) as is_confidential,
    coalesce(arg_max(confidentiality_basis, place) filter (is_confidential), arg_max(confidentiality_basis, place))
        as confidentiality_basis
from version group by outcome_key;

create temp table coded as
select fragment_key, vocabulary, key, row_number() over (partition by fragment_key, vocabulary order by first_position, key) as place,
    1::double / count(*) over (partition by fragment_key, vocabulary) as weight
from (
    select fragment_key, c.vocabulary, m.key, min(c.position) as first_position
    from raw.coded_members as c
    join member as m on m.vocabulary = c.vocabulary and m.member = c.member and m.scope_member is not distinct from c.scope_member
    where c.vocabulary in ('change_type', 'result', 'objective', 'social_actor') and fragment_key in (select fragment_key from outcome)
    group by all
);

create table main.bridge_outcome_change_type as
select outcome_key, key as change_type_key, weight from coded join outcome using (fragment_key) where vocabulary = 'change_type';
create table main.bridge_outcome_result as
select outcome_key, key as result_key, weight from coded join outcome using (fragment_key) where vocabulary = 'result';
create table main.bridge_outcome_objective as
select outcome_key, key as objective_key, weight from coded join outcome using (fragment_key) where vocabulary = 'objective';
create table main.bridge_outcome_social_actor as
select outcome_key, key as social_actor_key, weight from coded join outcome using (fragment_key) where vocabulary = 'social_actor';

create table main.outcome_narratives as
select outcome_key, description, significance, additional_information, contribution, other_contributors, evidence
from raw.fragments join outcome using (fragment_key);

-- substantiations
create temp table substantiation as
with linked as (
    select s.*, case
        when is_in_outcome then v.outcome_key
        when id_key is not null and (s.programme, id_key) not in (
            select (f.programme, f.id_key) from raw.fragments as f join version as v using (fragment_key) where v.collides
        ) then key_of('id', s.programme, id_key)
    end as subject_key
    from raw.substantiations as s left join version as v using (fragment_key)
),
identified as (
    select *, case
        when subject_key is null then md5(concat_ws(chr(31), 'unlinked', content_hash))
        when grain_key is null then key_of('unnamed', subject_key, content_hash)
        else key_of('named', subject_key, grain_key)
    end as substantiation_key
    from linked
),
judged as (
    select *, coalesce(content_hash = lag(content_hash) over (partition by substantiation_key order by fragment_key), false)
        as is_duplicate
    from identified
)
select j.*, o.outcome_key,
    not is_duplicate and j.fragment_key = max(j.fragment_key) filter (not is_duplicate) over (partition by substantiation_key)
        as is_newest
from judged as j left join outcome as o on o.outcome_key = j.subject_key;

create table main.fct_substantiations as
select substantiation_key, outcome_key, fragment_id, coalesce(r.key, 'not_coded') as role_key, day as substantiated_on,
    coalesce(d.key, 'not_coded') as description_agreement_key, coalesce(c.key, 'not_coded') as contribution_agreement_key,
    substantiator, substantiation_comment as comment, source_file, source_location, fragment_key as delivery_order
from substantiation as s
left join member as r on r.vocabulary = 'substantiator_role' and r.member = s.role_member
left join member as d on d.vocabulary = 'agreement' and d.member = s.description_agreement_member
left join member as c on c.vocabulary = 'agreement' and c.member = s.contribution_agreement_member
where is_newest;

-- findings
create temp table issue as
with record as (
    select fragment_key, source_file, source_location, fragment_id from raw.fragments
    union all
    select fragment_key, source_file, source_location, fragment_id from raw.substantiations where not is_in_outcome
),
between_records as (
    select fragment_key, outcome_key, 'fragment_id' as field, 'id_collision' as rule
    from version where collides and not is_duplicate
    union all
    select fragment_key, outcome_key, 'description', 'near_duplicate' from outcome
    where outcome_key in (
        select unnest([outcome_key, other_outcome_key]) from main.mart_near_duplicates where decision is null
    )
    union all
    select fragment_key, null, 'fragment_id', 'unlinked_substantiation'
    from substantiation where outcome_key is null and not is_duplicate
)
select i.fragment_key, i.source_file, i.location, i.fragment_id, coalesce(v.outcome_key, s.outcome_key) as outcome_key, i.field, i.rule,
    i.severity, i.message, i.remedy
from raw.issues as i
left join version as v using (fragment_key)
left join substantiation as s using (fragment_key)
where not coalesce(if(v.fragment_key is null or i.field in (
    'substantiator', 'substantiator_role', 'substantiated_on', 'description_agreement', 'contribution_agreement',
    'substantiation_comment'
), s.is_duplicate, v.is_duplicate), false)
union all
select fragment_key, source_file, source_location, fragment_id, outcome_key, field, rule, severity, message, remedy
from between_records join record using (fragment_key) join codebook.rules using (rule);

create table main.quality_issues as select * exclude (fragment_key) from issue;

create table main.quality_sources as
with told as (
    select file_order, count(*) filter (not is_duplicate) as accepted, count(*) filter (is_duplicate) as duplicate
    from (
        select file_order, is_duplicate from version
        union all select file_order, is_duplicate from substantiation where not is_in_outcome
    ) group by 1
),
held as (select source_file, count(*) as quarantined from raw.quarantine group by 1)
select source_file, sha256, format, encoding, bytes, found, coalesce(accepted, 0) as accepted,
    coalesce(quarantined, 0) as quarantined, coalesce(duplicate, 0) as duplicate
from raw.source_files left join told using (file_order) left join held using (source_file);

-- facts
create table main.fct_outcomes as
with first_member as (
    select fragment_key, any_value(key) filter (vocabulary = 'objective') as objective_key,
        any_value(key) filter (vocabulary = 'social_actor') as social_actor_key
    from coded where place = 1 group by 1
)
select o.outcome_key, f.fragment_id, f.programme, coalesce(st.key, 'not_coded') as status_key,
    coalesce(ha.key, 'not_coded') as harvest_key, coalesce(ge.key, 'not_coded') as geography_key,
    coalesce(c.objective_key, 'not_coded') as objective_key, coalesce(c.social_actor_key, 'not_coded') as social_actor_key,
    coalesce(sc.key, 'not_coded') as scale_key, coalesce(si.key, 'not_coded') as significance_key,
    coalesce(co.key, 'not_coded') as contribution_key, f.year_value as year, ds.is_outcome, o.is_confidential,
    o.confidentiality_basis, f.is_unintended, f.is_negative, f.other_actors_contributed, f.redaction_count,
    coalesce(i.issue_count, 0)::int as issue_count, o.version_count as version_number, o.version_count, f.source_file, f.source_location
from outcome as o
join raw.fragments as f using (fragment_key)
left join first_member as c using (fragment_key)
left join (select fragment_key, count(*) as issue_count from issue group by 1) as i using (fragment_key)
left join member as st on st.vocabulary = 'outcome_status' and st.member = f.outcome_status_member
left join member as ha on ha.vocabulary = 'harvest' and ha.member = f.harvest_member
left join member as ge on ge.vocabulary = 'geography' and ge.member = f.geography_member
left join member as sc on sc.vocabulary = 'scale' and sc.member = f.scale_member
left join member as si on si.vocabulary = 'significance' and si.member = f.significance_member
left join member as co on co.vocabulary = 'contribution' and co.member = f.contribution_member
left join main.dim_outcome_status as ds on ds.status_key = coalesce(st.key, 'not_coded');

create table main.fct_outcome_versions as
with pair as (
    select n.fragment_key, p.fragment_key as key_before
    from version as n join version as p on p.outcome_key = n.outcome_key and p.version_number = n.version_number - 1
    where not n.is_duplicate and not p.is_duplicate
),
form as (
    select pair.fragment_key, list_filter([
        'fragment_id', 'outcome_status', 'harvest', 'country', 'year', 'description', 'significance', 'additional_information',
        'significance_rating', 'social_actor', 'scale', 'contribution', 'other_contributors', 'contribution_rating', 'unintended',
        'evidence', 'confidential', 'result', 'objective', 'negative', 'change_type', 'change_cluster'
    ], lambda name, i: n.field_hashes[i] <> p.field_hashes[i]) as names
    from pair join raw.fragments as n on n.fragment_key = pair.fragment_key join raw.fragments as p on p.fragment_key = key_before
),
extra as (
    select fragment_key, list(label order by label) as names from (
        select fragment_key, label from (
            select pair.fragment_key, label, value_hash as now, null as before
            from pair join raw.extra_fields as e on e.fragment_key = pair.fragment_key where is_content
            union all
            select pair.fragment_key, label, null, value_hash
            from pair join raw.extra_fields as e on e.fragment_key = key_before where is_content
        ) group by all having list(now order by now) filter (now is not null) is distinct from
            list(before order by before) filter (before is not null)
    ) group by 1
)
select v.outcome_key, v.version_number, f.source_file, f.source_location, f.content_hash,
    list_concat(coalesce(form.names, []), coalesce(extra.names, [])) as changed_fields
from version as v
join raw.fragments as f using (fragment_key)
left join form using (fragment_key)
left join extra using (fragment_key)
where not v.is_duplicate;

create table main.bridge_outcome_indicator as
select b.outcome_key, i.indicator_key, max(m.weight) as weight, bool_or(m.is_counted) as is_counted
from codebook.indicator_results as m
join main.dim_indicator as i on i.programme = trim(m.programme) and i.code = trim(m.indicator)
join main.dim_geography as g on g.label = trim(m.geography)
join main.dim_result as r on r.geography_key = g.geography_key and r.label = trim(m.result)
join main.bridge_outcome_result as b on b.result_key = r.result_key
join main.fct_outcomes as o on o.outcome_key = b.outcome_key and o.programme = i.programme
group by all;

-- patterns
create table main.mart_outcomes as
with delivered as (
    select distinct outcome_key, file_order from version
),
again as (
    select a.file_order, b.file_order as again_in
    from delivered as a join delivered as b on b.outcome_key = a.outcome_key and b.file_order > a.file_order
    join (select file_order, count(*) as outcomes from delivered group by 1) as whole on whole.file_order = a.file_order
    group by a.file_order, b.file_order, outcomes having count(*) >= 2 and 2 * count(*) >= outcomes
),
withdrawn as (
    select outcome_key, min(again_in) as file_order
    from delivered join again using (file_order)
    join (select outcome_key, max(file_order) as last_file from delivered group by 1) using (outcome_key)
    where last_file < again_in group by 1
),
listed as (
    select trim(code) as code, folded(code) as code_key, is_default from codebook.programmes
),
decided as (
    select folded(fragment_id) as one, folded(other_fragment_id) as other
    from codebook.near_duplicate_decisions where folded(decision) = 'same'
),
named as (
    select id, key_of('id', coalesce(l.code, d.code), id) as outcome_key
    from (select one as id from decided union select other from decided)
    cross join (select code from listed where is_default) as d
    left join listed as l on id like '%-%' and l.code_key = trim(split_part(id, '-', 1))
),
same as (
    select distinct a.outcome_key, b.outcome_key as other_outcome_key
    from decided join named as a on a.id = one join named as b on b.id = other
    where a.outcome_key in (select outcome_key from outcome) and b.outcome_key in (select outcome_key from outcome)
),
counts as (
    select fragment_key, count(*) filter (vocabulary = 'objective') as objectives,
        count(*) filter (vocabulary = 'social_actor') as social_actors, count(*) filter (vocabulary = 'result') as results,
        count(*) filter (vocabulary = 'change_type') as change_types
    from coded group by 1
),
answers as (
    select outcome_key, count(*) as n, count(*) filter (d.is_agreement) as description_agreed,
        count(*) filter (not d.is_agreement) as description_disagreed, count(*) filter (c.is_agreement) as contribution_agreed,
        count(*) filter (not c.is_agreement) as contribution_disagreed
    from main.fct_substantiations
    left join main.dim_agreement as d on d.agreement_key = description_agreement_key
    left join main.dim_agreement as c on c.agreement_key = contribution_agreement_key
    where outcome_key is not null group by 1
)
select o.outcome_key, n.fragment_key as outcome_number, o.fragment_id, o.programme, st.label as outcome_status, o.is_outcome,
    coalesce(o.is_outcome, true) and same.outcome_key is null as is_counted, same.outcome_key as duplicate_of,
    o.harvest_key, ha.label as harvest, ha.number as harvest_number,
    o.geography_key, ge.label as geography, ge.unit_type, ge.iso3, ge.region, o.year,
    o.objective_key, ob.code as objective_code, ob.label as objective, o.social_actor_key, so.label as social_actor,
    o.scale_key, sc.label as scale, sc.rank as scale_rank, o.significance_key, si.label as significance, si.rank as significance_rank,
    o.contribution_key, co.label as contribution, co.rank as contribution_rank,
    coalesce(si.rank = (select max(rank) from main.dim_significance) and co.rank = (select max(rank) from main.dim_contribution),
        false) as is_top_rated,
    o.is_confidential, r.fragment_key is not null as is_open, o.is_unintended, o.is_negative, o.other_actors_contributed,
    coalesce(objectives, 0)::int as objective_count, coalesce(social_actors, 0)::int as social_actor_count,
    coalesce(results, 0)::int as result_count, coalesce(change_types, 0)::int as change_type_count,
    f.description_length, f.contribution_length, f.evidence_quality = 'named' as has_usable_evidence, f.evidence_quality,
    f.missing_elements, coalesce(a.n, 0)::int as substantiation_count,
    coalesce(description_agreed, 0)::int as description_agreed, coalesce(description_disagreed, 0)::int as description_disagreed,
    coalesce(contribution_agreed, 0)::int as contribution_agreed, coalesce(contribution_disagreed, 0)::int as contribution_disagreed,
    a.n is not null as is_substantiated, o.version_count, w.outcome_key is not null as is_withdrawn, sf.source_file as withdrawn_from,
    f.content_hash
from main.fct_outcomes as o
join outcome as n on n.outcome_key = o.outcome_key
join raw.fragments as f on f.fragment_key = n.fragment_key
left join counts on counts.fragment_key = n.fragment_key
left join staging.int_released_outcomes as r on r.fragment_key = n.fragment_key
left join answers as a on a.outcome_key = o.outcome_key
left join same on same.other_outcome_key = o.outcome_key
left join withdrawn as w on w.outcome_key = o.outcome_key
left join raw.source_files as sf on sf.file_order = w.file_order
left join main.dim_outcome_status as st on st.status_key = o.status_key
left join main.dim_harvest as ha on ha.harvest_key = o.harvest_key
left join main.dim_geography as ge on ge.geography_key = o.geography_key
left join main.dim_objective as ob on ob.objective_key = o.objective_key
left join main.dim_social_actor as so on so.social_actor_key = o.social_actor_key
left join main.dim_scale as sc on sc.scale_key = o.scale_key
left join main.dim_significance as si on si.significance_key = o.significance_key
left join main.dim_contribution as co on co.contribution_key = o.contribution_key;

create table main.mart_mentions as
with cluster as (
    select distinct fragment_key, scope_key, scope_label
    from coded join member using (vocabulary, key) where vocabulary = 'change_type'
),
mention as (
    select fragment_key, vocabulary as breakdown, key, label, weight from coded join member using (vocabulary, key)
    union all
    select fragment_key, 'change_cluster', scope_key, scope_label, 1::double / count(*) over (partition by fragment_key) from cluster
    union all
    select outcome_number, unnest(list_concat(
        if(objective_count = 0, ['objective'], []), if(social_actor_count = 0, ['social_actor'], []),
        if(result_count = 0, ['result'], []), if(change_type_count = 0, ['change_type', 'change_cluster'], [])
    )), 'not_coded', 'not coded', 1
    from main.mart_outcomes
)
select outcome_key, outcome_number, breakdown, key as member_key, label as member, weight, harvest_key, harvest, harvest_number,
    geography_key, geography, year, objective_key, objective, is_counted, is_confidential
from mention join main.mart_outcomes on outcome_number = fragment_key;

create table main.mart_coverage as
with cell as (
    select harvest_key, geography_key, objective_key, sum(o)::bigint as outcomes, sum(m)::bigint as mentions
    from (
        select harvest_key, geography_key, objective_key, 0 as o, 0 as m
        from main.dim_harvest as h, main.dim_geography as g, main.dim_objective as b
        where h.status = 'codebook' and g.status = 'codebook' and b.status = 'codebook'
        union all select harvest_key, geography_key, objective_key, 1, 0 from main.mart_outcomes where is_counted
        union all select harvest_key, geography_key, member_key, 0, 1
        from main.mart_mentions where is_counted and breakdown = 'objective'
    ) group by all
)
select harvest_key, h.label as harvest, h.number as harvest_number, geography_key, g.label as geography, objective_key,
    b.code as objective_code, b.label as objective, b.programme, outcomes, mentions,
    (sum(outcomes) over (partition by geography_key, harvest_key))::bigint as harvest_geography_outcomes,
    (sum(outcomes) over (partition by geography_key))::bigint as geography_outcomes,
    (sum(outcomes) over (partition by harvest_key))::bigint as harvest_outcomes
from cell
join main.dim_harvest as h using (harvest_key)
join main.dim_geography as g using (geography_key)
join main.dim_objective as b using (objective_key);

create table main.mart_ratings as
with cell as (
    select geography_key, significance_key, contribution_key, sum(o)::bigint as outcomes
    from (
        select geography_key, significance_key, contribution_key, 0 as o
        from main.dim_geography as g, main.dim_significance as s, main.dim_contribution as c
        where g.status = 'codebook' and s.status = 'codebook' and c.status = 'codebook'
        union all select geography_key, significance_key, contribution_key, 1 from main.mart_outcomes where is_counted
    ) group by all
)
select geography_key, g.label as geography, significance_key, s.label as significance, s.rank as significance_rank, contribution_key,
    c.label as contribution, c.rank as contribution_rank,
    coalesce(s.rank = (select max(rank) from main.dim_significance) and c.rank = (select max(rank) from main.dim_contribution),
        false) as is_top,
    outcomes, (sum(outcomes) over (partition by geography_key))::bigint as geography_outcomes
from cell
join main.dim_geography as g using (geography_key)
join main.dim_significance as s using (significance_key)
join main.dim_contribution as c using (contribution_key);

create table main.mart_results as
with told as (
    select m.member_key as result_key, count(*) as outcomes, count(*) filter (has_usable_evidence) as with_usable_evidence,
        count(*) filter (is_substantiated) as substantiated, count(*) filter (o.is_confidential) as confidential
    from main.mart_mentions as m join main.mart_outcomes as o using (outcome_number)
    where breakdown = 'result' and m.is_counted group by 1
),
place as (select geography_key, count(*) as n from main.mart_outcomes where is_counted group by 1)
select result_key, r.geography_key, g.label as geography, r.code, r.label, r.status, coalesce(outcomes, 0) as outcomes,
    coalesce(with_usable_evidence, 0) as with_usable_evidence, coalesce(substantiated, 0) as substantiated,
    coalesce(confidential, 0) as confidential, coalesce(place.n, 0) as geography_outcomes
from main.dim_result as r
left join main.dim_geography as g on g.geography_key = r.geography_key
left join told using (result_key)
left join place on place.geography_key = r.geography_key
where r.status <> 'not_coded';

create table main.mart_substantiation_frame as
with judged as (
    select o.*, case
        when o.is_confidential and confidentiality_basis = 'declared' then 'confidential'
        when o.is_confidential then 'confidentiality not declared'
        when is_withdrawn then 'withdrawn'
        when is_substantiated then 'already substantiated'
    end as why_not
    from main.mart_outcomes as o join main.fct_outcomes using (outcome_key)
    where is_counted
)
select outcome_key, fragment_id, geography_key, geography, objective_key, harvest_key, year, significance_key, contribution_key,
    social_actor_key, scale_key, why_not is null as is_eligible, why_not
from judged;

-- history
create table main.mart_outcome_history as
with rated as (
    select outcome_key, version_number, version_count, version.file_order, f.fragment_key, fragment_id, harvest_number, source_file,
        source_location, coalesce(s.key, 'not_coded') as significance_key, coalesce(c.key, 'not_coded') as contribution_key
    from version join raw.fragments as f using (fragment_key)
    left join member as s on s.vocabulary = 'significance' and s.member = significance_member
    left join member as c on c.vocabulary = 'contribution' and c.member = contribution_member
    where not is_duplicate
),
compared as (
    select *, lag(significance_key) over w as significance_key_before, lag(contribution_key) over w as contribution_key_before
    from rated window w as (partition by outcome_key order by version_number)
),
answered as (select outcome_key, min(file_order) as first_file from substantiation where outcome_key is not null group by 1)
select r.outcome_key, r.version_number, r.fragment_id, r.harvest_number, r.source_file, r.source_location,
    r.fragment_key as delivery_order, v.changed_fields,
    case
        when r.version_number = 1 then 'new'
        when r.significance_key <> significance_key_before or r.contribution_key <> contribution_key_before then 're-rated'
        else 'edited'
    end as change,
    significance_key_before, sb.rank as significance_rank_before, r.significance_key, s.rank as significance_rank,
    contribution_key_before, cb.rank as contribution_rank_before, r.contribution_key, c.rank as contribution_rank,
    coalesce(r.file_order > first_file, false) as is_after_substantiation,
    r.file_order = (select max(file_order) from version) as is_last_delivery, r.version_number = r.version_count as is_newest
from compared as r
join main.fct_outcome_versions as v using (outcome_key, version_number)
left join answered using (outcome_key)
left join main.dim_significance as s on s.significance_key = r.significance_key
left join main.dim_significance as sb on sb.significance_key = significance_key_before
left join main.dim_contribution as c on c.contribution_key = r.contribution_key
left join main.dim_contribution as cb on cb.contribution_key = contribution_key_before;

create table history.mart_publication_changes as
select outcome_key, if(o.outcome_key is null, p.fragment_id, o.fragment_id) as fragment_id,
    case
        when p.outcome_key is null then 'new'
        when o.outcome_key is null then 'removed'
        when o.is_withdrawn and not p.is_withdrawn then 'withdrawn'
        when o.significance_key <> p.significance_key or o.contribution_key <> p.contribution_key then 're-rated'
        when o.content_hash <> p.content_hash then 'edited'
        when p.is_withdrawn and not o.is_withdrawn then 'reinstated'
    end as change,
    b.previous_build_id as since_build_id
from main.mart_outcomes as o
full join raw.previous_outcomes as p using (outcome_key)
cross join raw.builds as b
where b.previous_build_id is not null and change is not null;
