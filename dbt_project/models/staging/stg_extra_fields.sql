with source as (
    select * from {{ source('raw', 'extra_fields') }}
),

final as (
    select
        source_file,
        record_number,
        label,
        value_hash
    from source
)

select * from final
