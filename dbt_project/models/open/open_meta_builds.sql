{{ config(alias='meta_builds') }}

with builds as (
    select * from {{ ref('stg_builds') }}
),

final as (
    select
        build_id,
        built_at,
        code_version,
        codebook_hash
    from builds
)

select * from final
