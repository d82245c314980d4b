with source as (
    select * from {{ source('raw', 'quarantine') }}
),

final as (
    select
        fragment_key,
        source_file,
        source_location,
        fragment_id,
        rules
    from source
)

select * from final
