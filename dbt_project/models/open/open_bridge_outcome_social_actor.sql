{{ config(alias='bridge_outcome_social_actor') }}

with coded_members as (
    select * from {{ ref('int_open_coded_members') }}
    where vocabulary = 'social_actor'
),

outcomes as (
    select * from {{ ref('int_open_outcomes') }}
),

final as (
    select
        outcomes.outcome_key,
        coded_members.member_key as social_actor_key,
        coded_members.weight
    from coded_members
    inner join outcomes on coded_members.fragment_key = outcomes.fragment_key
)

select * from final
