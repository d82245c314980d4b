with coded_members as (
    select * from {{ ref('int_coded_members') }}
    where vocabulary = 'social_actor'
),

final as (
    select
        outcome_key,
        member_key as social_actor_key,
        weight
    from coded_members
)

select * from final
