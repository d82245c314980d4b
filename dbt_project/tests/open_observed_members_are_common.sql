{{ config(meta={'dagster': {'ref': {'name': 'open_fct_outcomes'}}}) }}
{#- dimension, key, and the open table that carries it -#}
{%- set carriers = [
    ('dim_outcome_status', 'status_key', 'fct_outcomes'),
    ('dim_harvest', 'harvest_key', 'fct_outcomes'),
    ('dim_geography', 'geography_key', 'fct_outcomes'),
    ('dim_scale', 'scale_key', 'fct_outcomes'),
    ('dim_significance', 'significance_key', 'fct_outcomes'),
    ('dim_contribution', 'contribution_key', 'fct_outcomes'),
    ('dim_objective', 'objective_key', 'bridge_outcome_objective'),
    ('dim_social_actor', 'social_actor_key', 'bridge_outcome_social_actor'),
    ('dim_change_type', 'change_type_key', 'bridge_outcome_change_type'),
    ('dim_result', 'result_key', 'bridge_outcome_result'),
] %}
-- A label that the codebook does not list is open only where enough open outcomes carry it.
with
{% for dimension, key, carrier in carriers %}
{{ dimension }}_rare as (
    select members.{{ key }} as member_key
    from {{ ref('open_' ~ dimension) }} as members
    left join {{ ref('open_' ~ carrier) }} as carriers on members.{{ key }} = carriers.{{ key }}
    where members.status = 'observed'
    group by members.{{ key }}
    having count(carriers.outcome_key) < {{ least_observed() }}
),

{% endfor %}
final as (
    {% for dimension, key, carrier in carriers %}
    select
        '{{ dimension }}' as dimension,
        count(*) as rare
    from {{ dimension }}_rare
    having count(*) > 0
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select * from final
