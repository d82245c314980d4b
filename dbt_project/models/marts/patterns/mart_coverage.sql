with outcomes as (
    select * from {{ ref('mart_outcomes') }}
    where {{ counts_for('outcomes') }}
),

mentions as (
    select * from {{ ref('mart_mentions') }}
    where {{ counts_for('mentions') }} and breakdown = 'objective'
),

harvests as (
    select * from {{ ref('dim_harvest') }}
),

geographies as (
    select * from {{ ref('dim_geography') }}
),

objectives as (
    select * from {{ ref('dim_objective') }}
),

-- zeros for all that is listed; what is not, where it occurs
counted as (
    select
        harvests.harvest_key,
        geographies.geography_key,
        objectives.objective_key,
        0 as outcomes,
        0 as mentions
    from harvests
    cross join geographies
    cross join objectives
    where
        harvests.status = 'codebook'
        and geographies.status = 'codebook'
        and objectives.status = 'codebook'
    union all
    select
        harvest_key,
        geography_key,
        objective_key,
        count(*) as outcomes,
        0 as mentions
    from outcomes
    group by harvest_key, geography_key, objective_key
    union all
    select
        harvest_key,
        geography_key,
        member_key as objective_key,
        0 as outcomes,
        count(*) as mentions
    from mentions
    group by harvest_key, geography_key, member_key
),

cells as (
    select
        harvest_key,
        geography_key,
        objective_key,
        sum(outcomes) as outcomes,
        sum(mentions) as mentions
    from counted
    group by harvest_key, geography_key, objective_key
),

final as (
    select
        cells.harvest_key,
        harvests.label as harvest,
        harvests.number as harvest_number,
        cells.geography_key,
        geographies.label as geography,
        cells.objective_key,
        objectives.code as objective_code,
        objectives.label as objective,
        objectives.programme,
        cast(cells.outcomes as bigint) as outcomes,
        cast(cells.mentions as bigint) as mentions,
        cast(
            sum(cells.outcomes) over (partition by cells.geography_key, cells.harvest_key) as bigint
        ) as harvest_geography_outcomes,
        cast(
            sum(cells.outcomes) over (partition by cells.geography_key) as bigint
        ) as geography_outcomes,
        cast(
            sum(cells.outcomes) over (partition by cells.harvest_key) as bigint
        ) as harvest_outcomes
    from cells
    inner join harvests on cells.harvest_key = harvests.harvest_key
    inner join geographies on cells.geography_key = geographies.geography_key
    inner join objectives on cells.objective_key = objectives.objective_key
)

select * from final
