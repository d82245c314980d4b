with source as (
    select * from {{ source('raw', 'fragments') }}
),

final as (
    select
        fragment_key,
        source_file,
        file_order,
        source_location,
        fragment_id,
        programme,
        id_key,
        text_key,
        alike_key,
        content_hash,
        field_hashes,
        outcome_status_member,
        harvest_member,
        harvest_number,
        geography_member,
        year_value,
        significance_member,
        scale_member,
        contribution_member,
        is_confidential,
        confidentiality_basis,
        is_unintended,
        is_negative,
        other_actors_contributed,
        redaction_count,
        evidence_quality,
        missing_elements,
        description_length,
        contribution_length
    from source
)

select * from final
