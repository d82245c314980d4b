with source as (
    select * from {{ source('raw', 'extra_fields') }}
),

final as (
    select
        fragment_key,
        label,
        value_hash
    from source
    where is_content
)

select * from final
