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
        fragments.source_file,
        fragments.source_location,
        fragments.content_hash,
        coalesce(changed_fields.changed_fields, {{ no_texts() }}) as changed_fields
    from versions
    inner join fragments on versions.fragment_key = fragments.fragment_key
    left join changed_fields on versions.fragment_key = changed_fields.fragment_key
)

select * from final
