{{ config(alias='dim_objective') }}

with members as (
    select * from {{ ref('int_open_members') }}
    where vocabulary = 'objective' and is_open
),

attributes as (
    select * from {{ ref('dim_objective') }}
),

final as (
    select
        members.open_key as objective_key,
        attributes.programme,
        attributes.code,
        members.label,
        members.status
    from members
    left join attributes on members.member_key = attributes.objective_key
)

select * from final
