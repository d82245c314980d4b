{{ config(alias='dim_significance') }}

with members as (
    select * from {{ ref('int_open_members') }}
    where vocabulary = 'significance' and is_open
),

attributes as (
    select * from {{ ref('dim_significance') }}
),

final as (
    select
        members.open_key as significance_key,
        members.label,
        attributes.rank,
        members.status
    from members
    left join attributes on members.member_key = attributes.significance_key
)

select * from final
