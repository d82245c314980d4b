with source as (
    select * from {{ source('raw', 'members') }}
),

final as (
    select
        vocabulary,
        scope_member,
        member,
        label,
        slug,
        label_hash,
        status,
        code,
        number,
        programme
    from source
)

select * from final
