{{ config(alias='dim_harvest') }}

with members as (
    select * from {{ ref('int_open_members') }}
    where vocabulary = 'harvest' and is_open
),

attributes as (
    select * from {{ ref('dim_harvest') }}
),

final as (
    select
        members.open_key as harvest_key,
        members.label,
        attributes.number,
        members.status
    from members
    left join attributes on members.member_key = attributes.harvest_key
)

select * from final
