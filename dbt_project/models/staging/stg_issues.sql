with source as (
    select * from {{ source('raw', 'issues') }}
),

final as (
    select
        fragment_key,
        source_file,
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
