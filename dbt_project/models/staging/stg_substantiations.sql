with source as (
    select * from {{ source('raw', 'substantiations') }}
),

final as (
    select
        fragment_key,
        source_file,
        file_order,
        source_location,
        is_in_outcome,
        fragment_id,
        substantiator,
        substantiation_comment,
        programme,
        id_key,
        grain_key,
        content_hash,
        role_member,
        description_agreement_member,
        contribution_agreement_member,
        day
    from source
)

select * from final
