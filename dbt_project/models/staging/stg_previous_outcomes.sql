with source as (
    select * from {{ source('raw', 'previous_outcomes') }}
),

final as (
    select
        outcome_key,
        fragment_id,
        content_hash,
        significance_key,
        contribution_key,
        is_withdrawn
    from source
)

select * from final
