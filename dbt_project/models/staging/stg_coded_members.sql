with source as (
    select * from {{ source('raw', 'coded_members') }}
),

final as (
    select
        fragment_key,
        vocabulary,
        position,
        scope_member,
        member
    from source
)

select * from final
