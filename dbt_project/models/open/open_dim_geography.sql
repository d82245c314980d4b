{{ config(alias='dim_geography') }}

with members as (
    select * from {{ ref('int_open_members') }}
    where vocabulary = 'geography' and is_open
),

attributes as (
    select * from {{ ref('dim_geography') }}
),

final as (
    select
        members.open_key as geography_key,
        members.label,
        attributes.unit_type,
        attributes.iso3,
        attributes.region,
        members.status
    from members
    left join attributes on members.member_key = attributes.geography_key
)

select * from final
