with source as (
    select * from {{ source('raw', 'source_files') }}
),

final as (
    select
        source_file,
        file_order,
        sha256,
        format,
        encoding,
        bytes,
        found
    from source
)

select * from final
