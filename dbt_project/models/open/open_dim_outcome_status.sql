{{ config(alias='dim_outcome_status') }}

with members as (
    select * from {{ ref('int_open_members') }}
    where vocabulary = 'outcome_status' and is_open
),

attributes as (
    select * from {{ ref('dim_outcome_status') }}
),

final as (
    select
        members.open_key as status_key,
        members.label,
        attributes.is_outcome,
        members.status
    from members
    left join attributes on members.member_key = attributes.status_key
)

select * from final
