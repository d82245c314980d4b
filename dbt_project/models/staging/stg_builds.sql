with source as (
    select * from {{ source('raw', 'builds') }}
),

final as (
    select
        build_id,
        built_at,
        code_version,
        codebook_hash,
        source_hash,
        previous_build_id
    from source
)

select * from final
