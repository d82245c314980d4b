{{ config(meta={'dagster': {'ref': {'name': 'open_fct_outcomes'}}}) }}
-- No combination of geography, year, social actor and type of change is carried by fewer than k
-- open rows, as seen in the open tables themselves.
with outcomes as (
    select * from {{ ref('open_fct_outcomes') }}
),

social_actors as (
    select * from {{ ref('open_bridge_outcome_social_actor') }}
),

change_types as (
    select * from {{ ref('open_bridge_outcome_change_type') }}
),

final as (
    select
        outcomes.geography_key,
        outcomes.year,
        social_actors.social_actor_key,
        change_types.change_type_key,
        count(distinct outcomes.outcome_key) as carried
    from outcomes
    left join social_actors on outcomes.outcome_key = social_actors.outcome_key
    left join change_types on outcomes.outcome_key = change_types.outcome_key
    group by
        outcomes.geography_key,
        outcomes.year,
        social_actors.social_actor_key,
        change_types.change_type_key
    having count(distinct outcomes.outcome_key) < {{ least_carried() }}
)

select * from final
