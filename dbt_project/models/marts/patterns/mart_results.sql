with results as (
    select * from {{ ref('dim_result') }}
    where status <> 'not_coded'
),

geographies as (
    select * from {{ ref('dim_geography') }}
),

outcomes as (
    select * from {{ ref('mart_outcomes') }}
    where is_counted
),

mentions as (
    select * from {{ ref('mart_mentions') }}
    where is_counted and breakdown = 'result'
),

geography_counts as (
    select
        geography_key,
        count(*) as outcomes
    from outcomes
    group by geography_key
),

result_counts as (
    select
        mentions.member_key as result_key,
        count(*) as outcomes,
        sum(case when outcomes.has_usable_evidence then 1 else 0 end) as with_usable_evidence,
        sum(case when outcomes.is_substantiated then 1 else 0 end) as substantiated,
        sum(case when outcomes.is_confidential then 1 else 0 end) as confidential
    from mentions
    inner join outcomes on mentions.outcome_number = outcomes.outcome_number
    group by mentions.member_key
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
        cast(coalesce(result_counts.with_usable_evidence, 0) as bigint) as with_usable_evidence,
        cast(coalesce(result_counts.substantiated, 0) as bigint) as substantiated,
        cast(coalesce(result_counts.confidential, 0) as bigint) as confidential,
        coalesce(geography_counts.outcomes, 0) as geography_outcomes
    from results
    left join geographies on results.geography_key = geographies.geography_key
    left join result_counts on results.result_key = result_counts.result_key
    left join geography_counts on results.geography_key = geography_counts.geography_key
)

select * from final
