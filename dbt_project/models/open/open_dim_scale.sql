{{ config(alias='dim_scale') }}

with members as (
    select * from {{ ref('int_open_members') }}
    where vocabulary = 'scale' and is_open
),

attributes as (
    select * from {{ ref('dim_scale') }}
),

final as (
    select
        members.open_key as scale_key,
        members.label,
        attributes.rank,
        members.status
    from members
    left join attributes on members.member_key = attributes.scale_key
)

select * from final
