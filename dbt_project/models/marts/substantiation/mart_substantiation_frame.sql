with outcomes as (
    select * from {{ ref('mart_outcomes') }}
    where is_counted
),

bases as (
    select
        outcome_key,
        confidentiality_basis
    from {{ ref('fct_outcomes') }}
),

-- the first reason that holds: who is endangered is never asked for another one
judged as (
    select
        outcomes.*,
        case
            when outcomes.is_confidential and bases.confidentiality_basis = 'declared'
                then 'confidential'
            when outcomes.is_confidential then 'confidentiality not declared'
            when outcomes.is_withdrawn then 'withdrawn'
            when outcomes.is_substantiated then 'already substantiated'
        end as why_not
    from outcomes
    left join bases on outcomes.outcome_key = bases.outcome_key
),

final as (
    select
        outcome_key,
        fragment_id,
        geography_key,
        geography,
        objective_key,
        harvest_key,
        year,
        significance_key,
        contribution_key,
        social_actor_key,
        scale_key,
        why_not is null as is_eligible,
        why_not
    from judged
)

select * from final
