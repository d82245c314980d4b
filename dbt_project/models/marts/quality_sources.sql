with source_files as (
    select * from {{ ref('stg_source_files') }}
),

-- a row that tells an outcome and gives a substantiation too is counted as the outcome
placed as (
    select
        file_order,
        is_duplicate
    from {{ ref('int_versions') }}
    union all
    select
        file_order,
        is_duplicate
    from {{ ref('int_substantiations') }}
    where not is_in_outcome
),

versions as (
    select
        file_order,
        sum(case when is_duplicate then 0 else 1 end) as accepted,
        sum(case when is_duplicate then 1 else 0 end) as duplicate
    from placed
    group by file_order
),

quarantine as (
    select
        source_file,
        count(*) as quarantined
    from {{ ref('stg_quarantine') }}
    group by source_file
),

final as (
    select
        source_files.source_file,
        source_files.sha256,
        source_files.format,
        source_files.encoding,
        source_files.bytes,
        source_files.found,
        cast(coalesce(versions.accepted, 0) as bigint) as accepted,
        cast(coalesce(quarantine.quarantined, 0) as bigint) as quarantined,
        cast(coalesce(versions.duplicate, 0) as bigint) as duplicate
    from source_files
    left join versions on source_files.file_order = versions.file_order
    left join quarantine on source_files.source_file = quarantine.source_file
)

select * from final
