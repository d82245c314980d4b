with coded_members as (
    select * from {{ ref('int_coded_members') }}
    where vocabulary = 'change_type'
),

final as (
    select
        outcome_key,
        member_key as change_type_key,
        weight
    from coded_members
)

select * from final
