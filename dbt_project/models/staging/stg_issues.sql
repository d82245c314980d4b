with source as (
    select * from {{ source('raw', 'issues') }}
),

final as (
    select
        source_file,
        record_number,
        location,
        fragment_id,
        field,
        rule,
        severity,
        message,
        remedy
    from source
)

select * from final
