with mappings as (
    select * from {{ ref('indicator_results') }}
),

indicators as (
    select * from {{ ref('dim_indicator') }}
),

results as (
    select * from {{ ref('dim_result') }}
),

geographies as (
    select * from {{ ref('dim_geography') }}
),

outcome_results as (
    select * from {{ ref('bridge_outcome_result') }}
),

outcomes as (
    select * from {{ ref('fct_outcomes') }}
),

mapped_results as (
    select
        results.result_key,
        indicators.indicator_key,
        indicators.programme,
        mappings.weight,
        mappings.is_counted
    from mappings
    inner join indicators
        on
            trim(mappings.programme) = indicators.programme
            and trim(mappings.indicator) = indicators.code
    inner join geographies on trim(mappings.geography) = geographies.label
    inner join results
        on
            geographies.geography_key = results.geography_key
            and trim(mappings.result) = results.label
),

-- several results of an outcome may lead to one indicator: it counts once, by the greatest weight
final as (
    select
        outcome_results.outcome_key,
        mapped_results.indicator_key,
        max(mapped_results.weight) as weight,
        {{ any_true('mapped_results.is_counted') }} as is_counted
    from outcome_results
    inner join mapped_results on outcome_results.result_key = mapped_results.result_key
    inner join outcomes
        on
            outcome_results.outcome_key = outcomes.outcome_key
            and mapped_results.programme = outcomes.programme
    group by outcome_results.outcome_key, mapped_results.indicator_key
)

select * from final
