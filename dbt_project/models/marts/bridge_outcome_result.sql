with coded_members as (
    select * from {{ ref('int_coded_members') }}
    where vocabulary = 'result'
),

final as (
    select
        outcome_key,
        member_key as result_key,
        weight
    from coded_members
)

select * from final
