with outcomes as (
    select * from {{ ref('int_outcomes') }}
),

narratives as (
    select * from {{ ref('stg_narratives') }}
),

final as (
    select
        outcomes.outcome_key,
        narratives.description,
        narratives.significance,
        narratives.additional_information,
        narratives.contribution,
        narratives.other_contributors,
        narratives.evidence
    from outcomes
    inner join narratives on outcomes.fragment_key = narratives.fragment_key
)

select * from final
