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
        fragment_key,
        1 as delivered,
        0 as placed
    from fragments
    union all
    select
        fragment_key,
        0 as delivered,
        1 as placed
    from versions
),

final as (
    select fragment_key
    from places
    group by fragment_key
    having sum(delivered) <> 1 or sum(placed) <> 1
)

select * from final
