{# Aggregate: the value where `position` is greatest, among the rows where `condition` holds. #}
{% macro value_at_greatest(value, position, condition='true') -%}
    {{ return(adapter.dispatch('value_at_greatest')(value, position, condition)) }}
{%- endmacro %}

{% macro default__value_at_greatest(value, position, condition) -%}
    max_by({{ value }}, {{ position }}) filter (where {{ condition }})
{%- endmacro %}

{# Aggregate: whether the condition holds in any row. #}
{% macro any_true(condition) -%}
    {{ return(dbt.bool_or(condition)) }}
{%- endmacro %}
