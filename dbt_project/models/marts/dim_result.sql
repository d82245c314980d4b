with members as (
    select * from {{ ref('int_members') }}
    where vocabulary = 'result'
),

final as (
    select
        member_key as result_key,
        scope_key as geography_key,
        code,
        label,
        status
    from members
)

select * from final
