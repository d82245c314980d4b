{{ config(meta={'dagster': {'ref': {'name': 'fct_outcomes'}}}) }}
-- The fact's first objective and social actor are among those of the bridges, in both editions.
with
{% for prefix in ['', 'open_'] %}
{% for vocabulary in ['objective', 'social_actor'] %}
{{ prefix }}{{ vocabulary }}_rows as (
    select
        '{{ prefix }}{{ vocabulary }}' as fault,
        count(*) as missing
    from {{ ref(prefix ~ 'fct_outcomes') }} as outcomes
    left join {{ ref(prefix ~ 'bridge_outcome_' ~ vocabulary) }} as bridge
        on
            outcomes.outcome_key = bridge.outcome_key
            and outcomes.{{ vocabulary }}_key = bridge.{{ vocabulary }}_key
    where outcomes.{{ vocabulary }}_key <> 'not_coded' and bridge.outcome_key is null
),

{% endfor %}
{% endfor %}
final as (
    {% for prefix in ['', 'open_'] %}
    {% for vocabulary in ['objective', 'social_actor'] %}
    select * from {{ prefix }}{{ vocabulary }}_rows
    where missing > 0
    {{ "union all" if not (prefix == 'open_' and loop.last) }}
    {% endfor %}
    {% endfor %}
)

select * from final
