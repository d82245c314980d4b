with source as (
    select * from {{ source('raw', 'extra_fields') }}
),

final as (
    select
        fragment_key,
        label,
        value_hash
    from source
)

select * from final
