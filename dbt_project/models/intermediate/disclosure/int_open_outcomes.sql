{%- set firsts = {'objective': 'objective_key', 'social_actor': 'social_actor_key'} -%}
{%- set keys = dict(single_keys(), **firsts) -%}

with outcomes as (
    select * from {{ ref('fct_outcomes') }}
),

released_outcomes as (
    select * from {{ ref('int_released_outcomes') }}
),

members as (
    select * from {{ ref('int_open_members') }}
),

coded_members as (
    select * from {{ ref('int_open_coded_members') }}
),

member_lists as (
    select
        fragment_key,
        {{ sorted_list("case when vocabulary = 'change_type' then member_key end") }}
            as change_type_list,
        {{ sorted_list("case when vocabulary = 'result' then member_key end") }}
            as result_list,
        {{ sorted_list("case when vocabulary = 'objective' then member_key end") }}
            as objective_list,
        {{ sorted_list("case when vocabulary = 'social_actor' then member_key end") }}
            as social_actor_list
    from coded_members
    group by fragment_key
),

shown as (
    select
        released_outcomes.fragment_key,
        {% for vocabulary, key in single_keys().items() %}
        {{ vocabulary }}_members.open_key as {{ key }},
        {% endfor %}
        {% for vocabulary, key in firsts.items() %}
        coalesce({{ vocabulary }}_members.member_key, {{ not_coded() }}) as {{ key }},
        {% endfor %}
        released_outcomes.year,
        outcomes.is_outcome,
        outcomes.is_unintended,
        outcomes.is_negative,
        member_lists.change_type_list,
        member_lists.result_list,
        member_lists.objective_list,
        member_lists.social_actor_list
    from outcomes
    inner join released_outcomes on outcomes.outcome_key = released_outcomes.outcome_key
    left join member_lists on released_outcomes.fragment_key = member_lists.fragment_key
    {% for vocabulary, key in single_keys().items() %}
    inner join members as {{ vocabulary }}_members
        on
            released_outcomes.{{ key }} = {{ vocabulary }}_members.member_key
            and {{ vocabulary }}_members.vocabulary = '{{ vocabulary }}'
    {% endfor %}
    {% for vocabulary in firsts %}
    left join coded_members as {{ vocabulary }}_members
        on
            released_outcomes.fragment_key = {{ vocabulary }}_members.fragment_key
            and {{ vocabulary }}_members.vocabulary = '{{ vocabulary }}'
            and {{ vocabulary }}_members.place = 1
    {% endfor %}
),

-- a hash of what is shown, so that a number tells nothing beyond its row
hashed as (
    select
        shown.*,
        {{ hash_of(
            (keys.values() | list)
            + ['year', 'is_outcome', 'is_unintended', 'is_negative']
            + ['change_type_list', 'result_list', 'objective_list', 'social_actor_list']
        ) }} as row_hash
    from shown
),

final as (
    select
        fragment_key,
        row_number() over (order by row_hash, fragment_key) as outcome_key,
        {% for vocabulary, key in keys.items() %}
        {{ key }},
        {% endfor %}
        year,
        is_outcome,
        is_unintended,
        is_negative
    from hashed
)

select * from final
