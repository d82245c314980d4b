{{ config(meta={'dagster': {'ref': {'name': 'open_bridge_outcome_result'}}}) }}
-- A result belongs to one country's framework: a row whose geography is withheld has none.
with outcomes as (
    select * from {{ ref('open_fct_outcomes') }}
    where geography_key = 'withheld'
),

results as (
    select * from {{ ref('open_bridge_outcome_result') }}
),

final as (
    select results.outcome_key
    from results
    inner join outcomes on results.outcome_key = outcomes.outcome_key
)

select * from final
