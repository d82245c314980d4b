{# Leaving out a row can take another combination below k, so that the rounds repeat. What is
   still small after the last goes with its whole geography and year: that touches no other
   combination. #}
{%- set rounds = 6 -%}

with outcomes as (
    select * from {{ ref('fct_outcomes') }}
    where not is_confidential
),

newest_versions as (
    select * from {{ ref('int_outcomes') }}
),

coded_members as (
    select * from {{ ref('int_coded_members') }}
    where vocabulary in ('social_actor', 'change_type')
),

member_lists as (
    select
        fragment_key,
        {{ sorted_list("case when vocabulary = 'social_actor' then member_key end") }}
            as social_actors,
        {{ sorted_list("case when vocabulary = 'change_type' then member_key end") }}
            as change_types
    from coded_members
    group by fragment_key
),

described as (
    select
        newest_versions.fragment_key,
        outcomes.outcome_key,
        outcomes.geography_key,
        outcomes.year,
        member_lists.social_actors,
        member_lists.change_types
    from outcomes
    inner join newest_versions on outcomes.outcome_key = newest_versions.outcome_key
    left join member_lists on newest_versions.fragment_key = member_lists.fragment_key
),

-- outcomes that are alike in all four stand or fall together: one of them speaks for all
alike as (
    select
        geography_key,
        year,
        social_actors,
        change_types,
        min(fragment_key) as speaker,
        count(*) as outcomes
    from described
    group by geography_key, year, social_actors, change_types
),

round_0 as (
    select
        alike.speaker,
        alike.outcomes,
        alike.geography_key,
        alike.year,
        coalesce(social_actors.member_key, {{ not_coded() }}) as social_actor_key,
        coalesce(change_types.member_key, {{ not_coded() }}) as change_type_key
    from alike
    left join coded_members as social_actors
        on
            alike.speaker = social_actors.fragment_key
            and social_actors.vocabulary = 'social_actor'
    left join coded_members as change_types
        on
            alike.speaker = change_types.fragment_key
            and change_types.vocabulary = 'change_type'
),

{% for round in range(1, rounds + 1) %}
counted_{{ round }} as (
    select
        speaker,
        outcomes,
        geography_key,
        year,
        social_actor_key,
        change_type_key,
        sum(outcomes) over (
            partition by geography_key, year, social_actor_key, change_type_key
        ) as carried
    from round_{{ round - 1 }}
),

judged_{{ round }} as (
    select
        counted_{{ round }}.*,
        min(carried) over (partition by speaker) as least_carried
    from counted_{{ round }}
),

round_{{ round }} as (
    select
        speaker,
        outcomes,
        geography_key,
        year,
        social_actor_key,
        change_type_key
    from judged_{{ round }}
    where least_carried >= {{ least_carried() }}
),

{% endfor %}
recounted as (
    select
        speaker,
        geography_key,
        year,
        sum(outcomes) over (
            partition by geography_key, year, social_actor_key, change_type_key
        ) as carried
    from round_{{ rounds }}
),

places as (
    select
        speaker,
        min(carried) over (partition by geography_key, year) as least_carried
    from recounted
),

survivors as (
    select distinct speaker
    from places
    where least_carried >= {{ least_carried() }}
),

surviving as (
    select alike.*
    from alike
    inner join survivors on alike.speaker = survivors.speaker
),

final as (
    select
        described.fragment_key,
        described.outcome_key,
        described.geography_key
    from described
    inner join surviving
        on
            described.geography_key = surviving.geography_key
            and described.year is not distinct from surviving.year
            and described.social_actors is not distinct from surviving.social_actors
            and described.change_types is not distinct from surviving.change_types
)

select * from final
