{# Rows are coarsened a step at a time, the least harmful first: types of change, social actors,
   year, geography. Taking one row out of a combination can take another below k, so that a step
   goes in rounds. What is still small after the last goes on with its whole geography and year:
   that touches no other combination. #}
{%- set rounds = 6 -%}
{%- set k = least_carried() -%}
{#- step, and the columns that its combinations are of besides geography and year -#}
{%- set steps = [
    ('all', ['social_actor_key', 'change_type_key']),
    ('actors', ['social_actor_key']),
] -%}

with outcomes as (
    select * from {{ ref('int_countable_outcomes') }}
),

members as (
    select * from {{ ref('int_countable_members') }}
    where vocabulary in ('social_actor', 'change_type')
),

cells as (
    select * from {{ ref('int_open_cells') }}
    where is_hidden_in_rows
),

member_lists as (
    select
        fragment_key,
        {{ sorted_list("case when vocabulary = 'social_actor' then member_key end") }}
            as social_actors,
        {{ sorted_list("case when vocabulary = 'change_type' then member_key end") }}
            as change_types
    from members
    group by fragment_key
),

-- outcomes that are alike in all four stand or fall together: one of them speaks for all
described as (
    select
        outcomes.fragment_key,
        outcomes.geography_key,
        outcomes.year_key,
        min(outcomes.fragment_key) over (
            partition by
                outcomes.geography_key,
                outcomes.year_key,
                member_lists.social_actors,
                member_lists.change_types
        ) as speaker
    from outcomes
    inner join member_lists on outcomes.fragment_key = member_lists.fragment_key
),

alike as (
    select
        speaker,
        geography_key,
        year_key,
        count(*) as outcomes
    from described
    group by speaker, geography_key, year_key
),

all_round_0 as (
    select
        alike.speaker,
        alike.outcomes,
        alike.geography_key,
        alike.year_key,
        social_actors.member_key as social_actor_key,
        change_types.member_key as change_type_key
    from alike
    inner join members as social_actors
        on
            alike.speaker = social_actors.fragment_key
            and social_actors.vocabulary = 'social_actor'
    inner join members as change_types
        on
            alike.speaker = change_types.fragment_key
            and change_types.vocabulary = 'change_type'
),

{% for step, columns in steps %}
{% for round in range(1, rounds + 1) %}
{{ step }}_counted_{{ round }} as (
    select
        {{ step }}_round_{{ round - 1 }}.*,
        sum(outcomes) over (
            partition by geography_key, year_key, {{ columns | join(', ') }}
        ) as carried
    from {{ step }}_round_{{ round - 1 }}
),

{{ step }}_judged_{{ round }} as (
    select
        {{ step }}_counted_{{ round }}.*,
        min(carried) over (partition by speaker) as least_carried
    from {{ step }}_counted_{{ round }}
),

{{ step }}_round_{{ round }} as (
    select
        speaker,
        outcomes,
        geography_key,
        year_key,
        {{ columns | join(', ') }}
    from {{ step }}_judged_{{ round }}
    where least_carried >= {{ k }}
),

{% endfor %}
{{ step }}_recounted as (
    select
        {{ step }}_round_{{ rounds }}.*,
        sum(outcomes) over (
            partition by geography_key, year_key, {{ columns | join(', ') }}
        ) as carried
    from {{ step }}_round_{{ rounds }}
),

{{ step }}_settled as (
    select
        speaker,
        min(carried) over (partition by geography_key, year_key) as least_carried
    from {{ step }}_recounted
),

{{ step }}_kept as (
    select distinct speaker
    from {{ step }}_settled
    where least_carried >= {{ k }}
),

{% if step == 'all' %}
actors_round_0 as (
    select
        alike.speaker,
        alike.outcomes,
        alike.geography_key,
        alike.year_key,
        social_actors.member_key as social_actor_key
    from alike
    inner join members as social_actors
        on
            alike.speaker = social_actors.fragment_key
            and social_actors.vocabulary = 'social_actor'
    left join all_kept on alike.speaker = all_kept.speaker
    where all_kept.speaker is null
),

{% endif %}
{% endfor %}
without_actors as (
    select
        alike.*,
        sum(alike.outcomes) over (partition by alike.geography_key, alike.year_key) as carried
    from alike
    left join all_kept on alike.speaker = all_kept.speaker
    left join actors_kept on alike.speaker = actors_kept.speaker
    where all_kept.speaker is null and actors_kept.speaker is null
),

-- an unknown year and a withheld one look the same
without_years as (
    select
        speaker,
        geography_key,
        outcomes,
        sum(outcomes) over (partition by geography_key) as carried
    from without_actors
    where carried < {{ k }} or year_key = {{ not_coded() }}
),

without_geographies as (
    select
        speaker,
        sum(outcomes) over () as carried
    from without_years
    where carried < {{ k }} or geography_key = {{ withheld() }}
),

coarsened as (
    select
        alike.speaker,
        case
            when without_geographies.speaker is not null then 4
            when without_years.speaker is not null then 3
            when without_actors.speaker is not null then 2
            when actors_kept.speaker is not null then 1
            else 0
        end as steps
    from alike
    left join actors_kept on alike.speaker = actors_kept.speaker
    left join without_actors on alike.speaker = without_actors.speaker
    left join without_years on alike.speaker = without_years.speaker
    left join without_geographies on alike.speaker = without_geographies.speaker
    where coalesce(without_geographies.carried, {{ k }}) >= {{ k }}
),

-- all of a covering cell go on together, and are enough for a combination of their own
final as (
    select
        outcomes.fragment_key,
        outcomes.outcome_key,
        cast(
            case
                when year_cells.breakdown is not null and coarsened.steps < 3 then 3
                else coarsened.steps
            end as integer
        ) as coarsening_steps,
        outcomes.status_key,
        case
            when coarsened.steps = 4 then {{ withheld() }}
            else outcomes.geography_key
        end as geography_key,
        case
            when harvest_cells.breakdown is not null or harvests.breakdown is not null
                then {{ withheld() }}
            else outcomes.harvest_key
        end as harvest_key,
        {% for vocabulary in ['scale', 'significance', 'contribution'] %}
        case
            when {{ vocabulary }}_cells.breakdown is not null then {{ withheld() }}
            else outcomes.{{ vocabulary }}_key
        end as {{ vocabulary }}_key,
        {% endfor %}
        case
            when coarsened.steps < 3 and year_cells.breakdown is null then outcomes.year
        end as year
    from outcomes
    inner join described on outcomes.fragment_key = described.fragment_key
    inner join coarsened on described.speaker = coarsened.speaker
    left join cells as year_cells
        on
            year_cells.breakdown = 'geography_year'
            and year_cells.outcomes >= {{ k }}
            and year_cells.member_key <> {{ not_coded() }}
            and outcomes.geography_key = year_cells.geography_key
            and outcomes.year_key = year_cells.member_key
    left join cells as harvest_cells
        on
            harvest_cells.breakdown = 'geography_harvest'
            and outcomes.geography_key = harvest_cells.geography_key
            and outcomes.harvest_key = harvest_cells.member_key
    left join cells as harvests
        on
            harvests.breakdown = 'harvest'
            and outcomes.harvest_key = harvests.member_key
    {% for vocabulary in ['scale', 'significance', 'contribution'] %}
    left join cells as {{ vocabulary }}_cells
        on
            {{ vocabulary }}_cells.breakdown = '{{ vocabulary }}'
            and outcomes.{{ vocabulary }}_key = {{ vocabulary }}_cells.member_key
    {% endfor %}
)

select * from final
