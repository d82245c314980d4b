{# A code in the form of a key: small letters and digits, all else one underscore. What two codes
   then have in common, the codebook's own check has ruled out. #}
{% macro key_of_code(expression) -%}
    {{ return(adapter.dispatch('key_of_code')(expression)) }}
{%- endmacro %}

{% macro default__key_of_code(expression) -%}
    regexp_replace(lower({{ expression }}), '[^a-z0-9]+', '_')
{%- endmacro %}

{% macro duckdb__key_of_code(expression) -%}
    regexp_replace(lower({{ expression }}), '[^a-z0-9]+', '_', 'g')
{%- endmacro %}
