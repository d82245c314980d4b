with source as (
    select * from {{ source('raw', 'fragments') }}
),

final as (
    select
        source_file,
        record_number,
        description,
        significance,
        additional_information,
        contribution,
        other_contributors,
        evidence
    from source
)

select * from final
