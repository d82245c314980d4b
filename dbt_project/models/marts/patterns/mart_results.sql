with results as (
    select * from {{ ref('dim_result') }}
    where status <> 'not_coded'
),

geographies as (
    select * from {{ ref('dim_geography') }}
),

outcomes as (
    select * from {{ ref('mart_outcomes') }}
    where {{ counts_for('outcomes') }}
),

mentions as (
    select * from {{ ref('mart_mentions') }}
    where {{ counts_for('mentions') }} and breakdown = 'result'
),

geography_counts as (
    select
        geography_key,
        count(*) as outcomes
    from outcomes
    group by geography_key
),

coded as (
    select
        mentions.member_key as result_key,
        outcomes.*
    from mentions
    inner join outcomes on mentions.outcome_number = outcomes.outcome_number
),

result_counts as (
    select
        result_key,
        {{ counted('outcomes') }} as outcomes,
        {{ counted('outcomes_with_usable_evidence') }} as with_usable_evidence,
        {{ counted('substantiated_outcomes') }} as substantiated,
        {{ counted('confidential_outcomes') }} as confidential
    from coded
    group by result_key
),

final as (
    select
        results.result_key,
        results.geography_key,
        geographies.label as geography,
        results.code,
        results.label,
        results.status,
        coalesce(result_counts.outcomes, 0) as outcomes,
        coalesce(result_counts.with_usable_evidence, 0) as with_usable_evidence,
        coalesce(result_counts.substantiated, 0) as substantiated,
        coalesce(result_counts.confidential, 0) as confidential,
        coalesce(geography_counts.outcomes, 0) as geography_outcomes
    from results
    left join geographies on results.geography_key = geographies.geography_key
    left join result_counts on results.result_key = result_counts.result_key
    left join geography_counts on results.geography_key = geography_counts.geography_key
)

select * from final
