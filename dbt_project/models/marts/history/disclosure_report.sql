{{ config(schema='history', group='disclosure') }}

{%- set withheld_keys = ['harvest', 'scale', 'significance', 'contribution'] %}

with outcomes as (
    select * from {{ ref('int_countable_outcomes') }}
),

all_outcomes as (
    select * from {{ ref('fct_outcomes') }}
),

released_outcomes as (
    select * from {{ ref('int_released_outcomes') }}
),

released_members as (
    select distinct fragment_key
    from {{ ref('int_released_members') }}
    where vocabulary = 'objective' and member_key = {{ withheld() }}
),

cells as (
    select * from {{ ref('int_open_cells') }}
),

-- by how far a row was coarsened, so that these add up to the rows that are shown
rows_of_outcomes as (
    select
        case
            when released_outcomes.fragment_key is null then 'left_out'
            when released_outcomes.coarsening_steps = 4 then 'geography_withheld'
            when released_outcomes.coarsening_steps = 3 then 'year_withheld'
            when released_outcomes.coarsening_steps = 2 then 'social_actor_withheld'
            when released_outcomes.coarsening_steps = 1 then 'change_type_withheld'
            else 'shown'
        end as treatment
    from outcomes
    left join released_outcomes on outcomes.fragment_key = released_outcomes.fragment_key
    union all
    select 'confidential' as treatment
    from all_outcomes
    where is_confidential
),

counted_rows as (
    select
        treatment,
        count(*) as number
    from rows_of_outcomes
    group by treatment
    union all
    {% for vocabulary in withheld_keys %}
    select
        '{{ vocabulary }}_withheld' as treatment,
        count(*) as number
    from released_outcomes
    where {{ vocabulary }}_key = {{ withheld() }}
    having count(*) > 0
    union all
    {% endfor %}
    select
        'objective_withheld' as treatment,
        count(*) as number
    from released_members
    having count(*) > 0
),

treated_cells as (
    select
        breakdown,
        case
            when is_shown then 'shown'
            when is_due_to_previous and not is_small then 'withheld_for_previous'
            when is_small then 'too_small'
            -- or its geography or member covers, and it would tell that
            when is_cover or geography_key is not null then 'withheld_for_others'
            else 'without_name'
        end as treatment
    from cells
    where
        outcomes >= 1
        and (is_listed or geography_key is null or is_due_to_previous)
),

counted_cells as (
    select
        breakdown,
        treatment,
        count(*) as number
    from treated_cells
    group by breakdown, treatment
),

final as (
    select
        'fct_outcomes' as breakdown,
        treatment,
        case treatment
            when 'shown' then 'enough outcomes share all it tells'
            when 'confidential' then 'never in the open edition'
            when 'left_out' then 'too few outcomes are left to share even nothing'
            when 'change_type_withheld'
                then 'too few share geography, year, social actors and types of change'
            when 'social_actor_withheld' then 'too few share geography, year and social actors'
            when 'year_withheld' then 'too few share geography and year, or others need cover'
            when 'geography_withheld' then 'too few share the geography'
            else 'too few have it, there or at all, or others need cover'
        end as reason,
        number
    from counted_rows
    union all
    select
        breakdown,
        treatment,
        case treatment
            when 'shown' then 'k outcomes or more'
            when 'too_small' then 'fewer than k outcomes'
            when 'withheld_for_others' then 'it would tell a count that is too small'
            when 'withheld_for_previous' then 'with the edition before it would tell one'
            else 'outcomes of members that no list has and too few carry'
        end as reason,
        number
    from counted_cells
)

select * from final
