{{ config(severity='error', meta={'dagster': {'ref': {'name': 'quality_sources'}}}) }}
-- Nothing is dropped: what was found in a file is a version, a duplicate or in quarantine, and
-- what was loaded comes from a listed file.
with sources as (
    select * from {{ ref('quality_sources') }}
),

fragments as (
    select * from {{ ref('stg_fragments') }}
),

substantiations as (
    select * from {{ ref('stg_substantiations') }}
    where not is_in_outcome
),

quarantine as (
    select * from {{ ref('stg_quarantine') }}
),

loaded as (
    select
        source_file,
        count(*) as fragments
    from fragments
    group by source_file
    union all
    select
        source_file,
        count(*) as fragments
    from substantiations
    group by source_file
    union all
    select
        source_file,
        count(*) as fragments
    from quarantine
    group by source_file
),

final as (
    select
        source_file,
        found
    from sources
    where found <> accepted + quarantined + duplicate
    union all
    select
        loaded.source_file,
        loaded.fragments as found
    from loaded
    left join sources on loaded.source_file = sources.source_file
    where sources.source_file is null
)

select * from final
