{# The type of texts, as a cast names it. #}
{% macro text_type() -%}
    {{ return(dbt.type_string()) }}
{%- endmacro %}
