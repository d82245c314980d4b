{{ config(meta={'dagster': {'ref': {'name': 'mart_mentions'}}}) }}
-- Every table for patterns tells the same outcomes: each outcome of the fact once, each of them
-- whole in every breakdown, and in the cells the outcomes that count, each in one.
with outcomes as (
    select * from {{ ref('mart_outcomes') }}
),

facts as (
    select count(*) as outcomes
    from {{ ref('fct_outcomes') }}
),

told as (
    select
        count(*) as outcomes,
        count(distinct outcome_number) as numbers,
        sum(case when is_counted then 1 else 0 end) as counted
    from outcomes
),

shares as (
    select
        outcome_number,
        breakdown,
        count(*) as mentions,
        count(distinct member_key) as members,
        sum(weight) as weights
    from {{ ref('mart_mentions') }}
    group by outcome_number, breakdown
),

broken_down as (
    select
        breakdown,
        count(*) as outcomes,
        sum(
            case when mentions <> members or abs(weights - 1) > 0.000001 then 1 else 0 end
        ) as not_whole
    from shares
    group by breakdown
),

coverage as (
    select coalesce(sum(outcomes), 0) as outcomes
    from {{ ref('mart_coverage') }}
),

ratings as (
    select coalesce(sum(outcomes), 0) as outcomes
    from {{ ref('mart_ratings') }}
),

final as (
    select 'mart_outcomes' as fault
    from facts
    cross join told
    where told.outcomes <> facts.outcomes or told.numbers <> facts.outcomes
    union all
    select 'mart_mentions' as fault
    from broken_down
    cross join facts
    where broken_down.outcomes <> facts.outcomes or broken_down.not_whole > 0
    union all
    select 'mart_coverage' as fault
    from coverage
    cross join told
    where coverage.outcomes <> coalesce(told.counted, 0)
    union all
    select 'mart_ratings' as fault
    from ratings
    cross join told
    where ratings.outcomes <> coalesce(told.counted, 0)
)

select * from final
