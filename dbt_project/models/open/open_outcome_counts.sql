{{ config(alias='outcome_counts') }}

{%- set vocabularies = counted_alone() + counted_severally() %}

with cells as (
    select * from {{ ref('int_open_cells') }}
),

members as (
    select * from {{ ref('int_open_members') }}
    where is_open
),

programmes as (
    select
        min(first_year) as first_year,
        max(last_year) as last_year
    from {{ ref('programmes') }}
),

possible_years as (
    {{ numbers_between('first_year', 'last_year', 'programmes') }}
),

years as (
    select
        cast(number as integer) as year,
        cast(number as {{ text_type() }}) as year_key
    from possible_years
    union all
    select
        null as year,
        {{ not_coded() }} as year_key
),

withdrawn_breakdowns as (
    select distinct breakdown
    from cells
    where geography_key is null and not is_listed
),

-- whether a member is counted at all must not show, so each that has a name stands here
rows_of_members as (
    select
        members.vocabulary as breakdown,
        members.vocabulary,
        members.member_key,
        members.open_key,
        cast(null as integer) as year
    from members
    where members.vocabulary in {{ in_list(vocabularies) }}
    union all
    select
        'year' as breakdown,
        'year' as vocabulary,
        year_key as member_key,
        year_key as open_key,
        year
    from years
),

member_counts as (
    select
        rows_of_members.breakdown,
        rows_of_members.vocabulary,
        cast(null as {{ text_type() }}) as open_geography_key,
        rows_of_members.open_key,
        rows_of_members.year,
        case when cells.is_shown then cells.outcomes end as outcomes
    from rows_of_members
    left join withdrawn_breakdowns
        on rows_of_members.breakdown = withdrawn_breakdowns.breakdown
    left join cells
        on
            rows_of_members.breakdown = cells.breakdown
            and rows_of_members.member_key = cells.member_key
    where withdrawn_breakdowns.breakdown is null
),

pair_counts as (
    select
        cells.breakdown,
        rows_of_members.vocabulary,
        geographies.open_key as open_geography_key,
        rows_of_members.open_key,
        rows_of_members.year,
        case when cells.is_shown then cells.outcomes end as outcomes
    from cells
    inner join members as geographies
        on
            geographies.vocabulary = 'geography'
            and cells.geography_key = geographies.member_key
    inner join rows_of_members
        on
            cells.breakdown = 'geography_' || rows_of_members.vocabulary
            and cells.member_key = rows_of_members.member_key
    where cells.is_listed
),

total as (
    select
        breakdown,
        'total' as vocabulary,
        geography_key as open_geography_key,
        member_key as open_key,
        cast(null as integer) as year,
        case when is_shown then outcomes end as outcomes
    from cells
    where breakdown = 'total'
),

counts as (
    select * from total
    union all
    select * from member_counts
    union all
    select * from pair_counts
),

final as (
    select
        breakdown,
        case when vocabulary = 'geography' then open_key else open_geography_key end
            as geography_key,
        year,
        {% for vocabulary in vocabularies if vocabulary != 'geography' %}
        case when vocabulary = '{{ vocabulary }}' then open_key end as {{ key_of(vocabulary) }},
        {% endfor %}
        cast(outcomes as bigint) as outcomes
    from counts
)

select * from final
