with issues as (
    select * from {{ ref('int_issues') }}
),

final as (
    select
        source_file,
        location,
        fragment_id,
        outcome_key,
        field,
        rule,
        severity,
        message,
        remedy
    from issues
)

select * from final
