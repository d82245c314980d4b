with members as (
    select * from {{ ref('int_members') }}
    where vocabulary = 'social_actor'
),

final as (
    select
        member_key as social_actor_key,
        label,
        status
    from members
)

select * from final
