{{ config(schema='history') }}

with outcomes as (
    select * from {{ ref('mart_outcomes') }}
),

previous_outcomes as (
    select * from {{ ref('stg_previous_outcomes') }}
),

compared_builds as (
    select previous_build_id
    from {{ ref('stg_builds') }}
    where previous_build_id is not null
),

-- a rating that changed is told rather than the edit that changed it, a withdrawal rather than both
compared as (
    select
        coalesce(outcomes.outcome_key, previous_outcomes.outcome_key) as outcome_key,
        case
            when outcomes.outcome_key is null then previous_outcomes.fragment_id
            else outcomes.fragment_id
        end as fragment_id,
        case
            when previous_outcomes.outcome_key is null then 'new'
            when outcomes.outcome_key is null then 'removed'
            when outcomes.is_withdrawn and not previous_outcomes.is_withdrawn then 'withdrawn'
            when
                outcomes.significance_key <> previous_outcomes.significance_key
                or outcomes.contribution_key <> previous_outcomes.contribution_key
                then 're-rated'
            when outcomes.content_hash <> previous_outcomes.content_hash then 'edited'
            when previous_outcomes.is_withdrawn and not outcomes.is_withdrawn then 'reinstated'
        end as change
    from outcomes
    full outer join previous_outcomes on outcomes.outcome_key = previous_outcomes.outcome_key
),

final as (
    select
        compared.outcome_key,
        compared.fragment_id,
        compared.change,
        compared_builds.previous_build_id as since_build_id
    from compared
    cross join compared_builds
    where compared.change is not null
)

select * from final
