{#- breakdown and the column of mart_outcomes that says how many of its members an outcome has -#}
{%- set breakdowns = {
    'objective': 'objective_count',
    'social_actor': 'social_actor_count',
    'result': 'result_count',
    'change_type': 'change_type_count',
    'change_cluster': 'change_type_count',
} -%}

with outcomes as (
    select * from {{ ref('mart_outcomes') }}
),

coded_members as (
    select * from {{ ref('int_coded_members') }}
),

members as (
    select * from {{ ref('int_members') }}
    where vocabulary in {{ in_list(bridged_vocabularies()) }}
),

coded as (
    select
        coded_members.fragment_key as outcome_number,
        coded_members.vocabulary as breakdown,
        coded_members.member_key,
        members.label as member,
        coded_members.weight
    from coded_members
    inner join members
        on
            coded_members.vocabulary = members.vocabulary
            and coded_members.member_key = members.member_key
),

-- the clusters of its types of change, each once
clusters as (
    select
        coded_members.fragment_key as outcome_number,
        members.scope_key as member_key,
        members.scope_label as member
    from coded_members
    inner join members
        on
            coded_members.vocabulary = members.vocabulary
            and coded_members.member_key = members.member_key
    where coded_members.vocabulary = 'change_type'
    group by coded_members.fragment_key, members.scope_key, members.scope_label
),

mentioned as (
    select * from coded
    union all
    select
        outcome_number,
        'change_cluster' as breakdown,
        member_key,
        member,
        cast(1 as double) / count(*) over (partition by outcome_number) as weight
    from clusters
    {% for breakdown, member_count in breakdowns.items() %}
    union all
    select
        outcome_number,
        '{{ breakdown }}' as breakdown,
        {{ not_coded() }} as member_key,
        'not coded' as member,
        cast(1 as double) as weight
    from outcomes
    where {{ member_count }} = 0
    {% endfor %}
),

final as (
    select
        outcomes.outcome_key,
        outcomes.outcome_number,
        mentioned.breakdown,
        mentioned.member_key,
        mentioned.member,
        mentioned.weight,
        outcomes.harvest_key,
        outcomes.harvest,
        outcomes.harvest_number,
        outcomes.geography_key,
        outcomes.geography,
        outcomes.year,
        outcomes.objective_key,
        outcomes.objective,
        outcomes.is_counted,
        outcomes.is_confidential
    from mentioned
    inner join outcomes on mentioned.outcome_number = outcomes.outcome_number
)

select * from final
