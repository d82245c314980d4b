{{ config(group='disclosure', meta={'dagster': {'ref': {'name': 'open_fct_outcomes'}}}) }}
-- Every open row is one outcome none of whose versions or duplicates is confidential.
with open_outcomes as (
    select * from {{ ref('open_fct_outcomes') }}
),

crosswalk as (
    select * from {{ ref('int_open_outcomes') }}
),

versions as (
    select * from {{ ref('int_versions') }}
),

final as (
    select open_outcomes.outcome_key
    from open_outcomes
    left join crosswalk on open_outcomes.outcome_key = crosswalk.outcome_key
    left join versions on crosswalk.fragment_key = versions.fragment_key
    left join versions as confidential_versions
        on
            versions.outcome_key = confidential_versions.outcome_key
            and confidential_versions.is_confidential
    where versions.outcome_key is null or confidential_versions.outcome_key is not null
)

select * from final
