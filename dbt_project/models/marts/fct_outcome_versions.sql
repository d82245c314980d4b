with versions as (
    select * from {{ ref('int_versions') }}
    where not is_duplicate
),

fragments as (
    select * from {{ ref('stg_fragments') }}
),

changed_fields as (
    select * from {{ ref('int_changed_fields') }}
),

final as (
    select
        versions.outcome_key,
        versions.version_number,
        versions.source_file,
        fragments.source_location,
        versions.content_hash,
        coalesce(changed_fields.changed_fields, {{ no_texts() }}) as changed_fields
    from versions
    inner join fragments
        on
            versions.source_file = fragments.source_file
            and versions.record_number = fragments.record_number
    left join changed_fields
        on
            versions.outcome_key = changed_fields.outcome_key
            and versions.version_number = changed_fields.version_number
)

select * from final
