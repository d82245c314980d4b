{{ config(meta={'dagster': {'ref': {'name': 'fct_outcome_versions'}}}) }}
-- The versions of an outcome are numbered from 1 without gap or repetition, only the first changed
-- nothing, and the newest is the one in the fact.
with versions as (
    select
        outcome_key,
        count(*) as versions,
        count(distinct version_number) as numbers,
        min(version_number) as first_number,
        max(version_number) as last_number
    from {{ ref('fct_outcome_versions') }}
    group by outcome_key
),

outcomes as (
    select * from {{ ref('fct_outcomes') }}
),

final as (
    select outcomes.outcome_key
    from outcomes
    left join versions on outcomes.outcome_key = versions.outcome_key
    where
        versions.outcome_key is null
        or versions.versions <> versions.numbers
        or versions.first_number <> 1
        or versions.last_number <> outcomes.version_number
        or outcomes.version_count <> versions.versions
)

select * from final
