{# Tables are named without their catalog, so that views still bind where the file is attached under
   another name. #}
{% macro source(source_name, table_name) -%}
    {{ return(builtins.source(source_name, table_name).include(database=false)) }}
{%- endmacro %}

{% macro ref(model_name) -%}
    {{ return(builtins.ref(model_name).include(database=false)) }}
{%- endmacro %}
