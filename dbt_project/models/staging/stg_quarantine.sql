with source as (
    select * from {{ source('raw', 'quarantine') }}
),

final as (
    select
        source_file,
        record_number,
        source_location,
        fragment_id,
        rules
    from source
)

select * from final
