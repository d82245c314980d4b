with pairs as (
    select * from {{ ref('int_near_duplicates') }}
),

decided_pairs as (
    select * from {{ ref('int_decided_pairs') }}
),

-- a decision holds whichever of the two it names first
decisions as (
    select distinct
        least(outcome_key, other_outcome_key) as least_key,
        greatest(outcome_key, other_outcome_key) as greatest_key,
        decision
    from decided_pairs
),

final as (
    select
        pairs.outcome_key,
        pairs.other_outcome_key,
        pairs.score,
        pairs.reason,
        pairs.same_harvest,
        pairs.same_geography,
        decisions.decision
    from pairs
    left join decisions
        on
            least(pairs.outcome_key, pairs.other_outcome_key) = decisions.least_key
            and greatest(pairs.outcome_key, pairs.other_outcome_key) = decisions.greatest_key
)

select * from final
