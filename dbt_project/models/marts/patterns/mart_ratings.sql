with outcomes as (
    select * from {{ ref('mart_outcomes') }}
    where {{ counts_for('outcomes') }}
),

geographies as (
    select * from {{ ref('dim_geography') }}
),

significances as (
    {{ ratings(ref('dim_significance')) }}
),

contributions as (
    {{ ratings(ref('dim_contribution')) }}
),

-- zeros for all that is listed; what is not, where it occurs
counted as (
    select
        geographies.geography_key,
        significances.significance_key,
        contributions.contribution_key,
        0 as outcomes
    from geographies
    cross join significances
    cross join contributions
    where
        geographies.status = 'codebook'
        and significances.status = 'codebook'
        and contributions.status = 'codebook'
    union all
    select
        geography_key,
        significance_key,
        contribution_key,
        count(*) as outcomes
    from outcomes
    group by geography_key, significance_key, contribution_key
),

cells as (
    select
        geography_key,
        significance_key,
        contribution_key,
        sum(outcomes) as outcomes
    from counted
    group by geography_key, significance_key, contribution_key
),

final as (
    select
        cells.geography_key,
        geographies.label as geography,
        cells.significance_key,
        significances.label as significance,
        significances.rank as significance_rank,
        cells.contribution_key,
        contributions.label as contribution,
        contributions.rank as contribution_rank,
        {{ are_highest(['significances', 'contributions']) }} as is_top,
        cast(cells.outcomes as bigint) as outcomes,
        cast(
            sum(cells.outcomes) over (partition by cells.geography_key) as bigint
        ) as geography_outcomes
    from cells
    inner join geographies on cells.geography_key = geographies.geography_key
    inner join significances on cells.significance_key = significances.significance_key
    inner join contributions on cells.contribution_key = contributions.contribution_key
)

select * from final
