with source as (
    select * from {{ source('raw', 'fragments') }}
),

final as (
    select
        fragment_key,
        description,
        significance,
        additional_information,
        contribution,
        other_contributors,
        evidence
    from source
)

select * from final
