{{ config(meta={'dagster': {'ref': {'name': 'int_versions'}}}) }}
-- Every accepted fragment is exactly one version or duplicate of exactly one outcome, every
-- accepted substantiation one of exactly one substantiation.
with fragments as (
    select * from {{ ref('stg_fragments') }}
),

versions as (
    select * from {{ ref('int_versions') }}
),

substantiations as (
    select * from {{ ref('stg_substantiations') }}
),

substantiation_versions as (
    select * from {{ ref('int_substantiations') }}
),

places as (
    select
        'outcome' as kind,
        fragment_key,
        1 as delivered,
        0 as placed
    from fragments
    union all
    select
        'outcome' as kind,
        fragment_key,
        0 as delivered,
        1 as placed
    from versions
    union all
    select
        'substantiation' as kind,
        fragment_key,
        1 as delivered,
        0 as placed
    from substantiations
    union all
    select
        'substantiation' as kind,
        fragment_key,
        0 as delivered,
        1 as placed
    from substantiation_versions
),

final as (
    select
        kind,
        fragment_key
    from places
    group by kind, fragment_key
    having sum(delivered) <> 1 or sum(placed) <> 1
)

select * from final
