{# One row a whole number from `least` to `greatest`, both in the row of `relation`: column `number`. #}
{% macro numbers_between(least, greatest, relation) -%}
    {{ return(adapter.dispatch('numbers_between')(least, greatest, relation)) }}
{%- endmacro %}

{% macro default__numbers_between(least, greatest, relation) -%}
    select unnest(generate_series({{ least }}, {{ greatest }})) as number from {{ relation }}
{%- endmacro %}

{% macro spark__numbers_between(least, greatest, relation) -%}
    select explode(sequence({{ least }}, {{ greatest }})) as number from {{ relation }}
{%- endmacro %}
