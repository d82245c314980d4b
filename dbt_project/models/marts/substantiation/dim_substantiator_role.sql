with members as (
    select * from {{ ref('int_members') }}
    where vocabulary = 'substantiator_role'
),

final as (
    select
        member_key as role_key,
        label,
        status
    from members
)

select * from final
