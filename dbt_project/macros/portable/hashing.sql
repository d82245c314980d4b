{# 32 hex digits over all the expressions in order, a null counting as empty. At most one of them
   may hold the separator. #}
{% macro hash_of(expressions) -%}
    {{ return(adapter.dispatch('hash_of')(expressions)) }}
{%- endmacro %}

{% macro default__hash_of(expressions) -%}
    md5(
        concat_ws(
            chr(31)
            {%- for expression in expressions %},
            coalesce(cast({{ expression }} as {{ text_type() }}), '')
            {%- endfor %}
        )
    )
{%- endmacro %}

{# A whole number that stands for a text: the first 60 bits of its MD5. #}
{% macro number_of(expression) -%}
    {{ return(adapter.dispatch('number_of')(expression)) }}
{%- endmacro %}

{% macro default__number_of(expression) -%}
    {{ exceptions.raise_compiler_error("number_of is not written for " ~ target.type) }}
{%- endmacro %}

{% macro duckdb__number_of(expression) -%}
    cast('0x' || substr(md5({{ expression }}), 1, 15) as bigint)
{%- endmacro %}

{% macro spark__number_of(expression) -%}
    cast(conv(substr(md5({{ expression }}), 1, 15), 16, 10) as bigint)
{%- endmacro %}
