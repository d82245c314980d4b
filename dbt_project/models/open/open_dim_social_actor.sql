{{ config(alias='dim_social_actor') }}

with members as (
    select * from {{ ref('int_open_members') }}
    where vocabulary = 'social_actor' and is_open
),

final as (
    select
        open_key as social_actor_key,
        label,
        status
    from members
)

select * from final
