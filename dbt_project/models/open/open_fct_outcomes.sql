{{ config(alias='fct_outcomes') }}

with outcomes as (
    select * from {{ ref('int_open_outcomes') }}
),

final as (
    select
        outcome_key,
        status_key,
        harvest_key,
        geography_key,
        objective_key,
        social_actor_key,
        scale_key,
        significance_key,
        contribution_key,
        year,
        is_outcome,
        is_unintended,
        is_negative
    from outcomes
)

select * from final
