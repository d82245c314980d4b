{{ config(meta={'dagster': {'ref': {'name': 'int_versions'}}}) }}
-- Every accepted fragment is exactly one version or duplicate of exactly one outcome.
with fragments as (
    select * from {{ ref('stg_fragments') }}
),

versions as (
    select * from {{ ref('int_versions') }}
),

places as (
    select
        source_file,
        record_number,
        1 as delivered,
        0 as placed
    from fragments
    union all
    select
        source_file,
        record_number,
        0 as delivered,
        1 as placed
    from versions
),

final as (
    select
        source_file,
        record_number
    from places
    group by source_file, record_number
    having sum(delivered) <> 1 or sum(placed) <> 1
)

select * from final
