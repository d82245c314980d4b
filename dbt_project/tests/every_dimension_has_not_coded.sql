{{ config(meta={'dagster': {'ref': {'name': 'fct_outcomes'}}}) }}
{#- dimension and its key -#}
{%- set dimensions = {
    'dim_outcome_status': 'status_key',
    'dim_harvest': 'harvest_key',
    'dim_geography': 'geography_key',
    'dim_objective': 'objective_key',
    'dim_social_actor': 'social_actor_key',
    'dim_scale': 'scale_key',
    'dim_significance': 'significance_key',
    'dim_contribution': 'contribution_key',
    'dim_change_type': 'change_type_key',
    'dim_result': 'result_key',
} %}
{#- those that are never open -#}
{%- set closed = {'dim_agreement': 'agreement_key', 'dim_substantiator_role': 'role_key'} %}
-- Each dimension has one member not_coded of that status, each open one a member withheld besides.
with special_members as (
    {% for dimension, key in dimensions.items() %}
    select
        '{{ dimension }}' as dimension,
        {{ key }} as member_key,
        status
    from {{ ref(dimension) }}
    where {{ key }} = 'not_coded' or status = 'not_coded'
    union all
    select
        'open_{{ dimension }}' as dimension,
        {{ key }} as member_key,
        status
    from {{ ref('open_' ~ dimension) }}
    where {{ key }} in ('not_coded', 'withheld') or status in ('not_coded', 'withheld')
    union all
    {% endfor %}
    {% for dimension, key in closed.items() %}
    select
        '{{ dimension }}' as dimension,
        {{ key }} as member_key,
        status
    from {{ ref(dimension) }}
    where {{ key }} = 'not_coded' or status = 'not_coded'
    {{ "union all" if not loop.last }}
    {% endfor %}
),

final as (
    select 'one is wrong' as fault
    from special_members
    where member_key <> status
    union all
    select 'one is missing' as fault
    from special_members
    having count(*) <> {{ 3 * dimensions | length + closed | length }}
)

select * from final
