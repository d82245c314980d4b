{{ config(alias='dim_contribution') }}

with members as (
    select * from {{ ref('int_open_members') }}
    where vocabulary = 'contribution' and is_open
),

attributes as (
    select * from {{ ref('dim_contribution') }}
),

final as (
    select
        members.open_key as contribution_key,
        members.label,
        attributes.rank,
        members.status
    from members
    left join attributes on members.member_key = attributes.contribution_key
)

select * from final
