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
