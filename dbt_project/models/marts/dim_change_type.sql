with members as (
    select * from {{ ref('int_members') }}
    where vocabulary = 'change_type'
),

final as (
    select
        member_key as change_type_key,
        scope_label as cluster,
        label,
        status
    from members
)

select * from final
