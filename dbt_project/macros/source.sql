{# Sources are named without their catalog, so that staging views still bind where the file is
   attached under another name. #}
{% macro source(source_name, table_name) -%}
    {{ return(builtins.source(source_name, table_name).include(database=false)) }}
{%- endmacro %}
