{# Lists, whose functions are called otherwise on every engine. #}

{# Aggregate: the values that are not null, in order. Null or empty where there are none. #}
{% macro sorted_list(expression) -%}
    {{ return(adapter.dispatch('sorted_list')(expression)) }}
{%- endmacro %}

{% macro default__sorted_list(expression) -%}
    array_agg({{ expression }} order by {{ expression }})
        filter (where {{ expression }} is not null)
{%- endmacro %}

{% macro duckdb__sorted_list(expression) -%}
    list({{ expression }} order by {{ expression }})
        filter (where {{ expression }} is not null)
{%- endmacro %}

{% macro spark__sorted_list(expression) -%}
    array_sort(collect_list({{ expression }}))
{%- endmacro %}

{# An empty list of texts. #}
{% macro no_texts() -%}
    {{ return(adapter.dispatch('no_texts')()) }}
{%- endmacro %}

{% macro default__no_texts() -%}
    cast(array[] as varchar array)
{%- endmacro %}

{% macro duckdb__no_texts() -%}
    cast([] as varchar[])
{%- endmacro %}

{% macro spark__no_texts() -%}
    cast(array() as array<string>)
{%- endmacro %}

{# One list behind the other. #}
{% macro joined_lists(first, second) -%}
    {{ return(adapter.dispatch('joined_lists')(first, second)) }}
{%- endmacro %}

{% macro default__joined_lists(first, second) -%}
    {{ first }} || {{ second }}
{%- endmacro %}

{% macro duckdb__joined_lists(first, second) -%}
    list_concat({{ first }}, {{ second }})
{%- endmacro %}

{% macro spark__joined_lists(first, second) -%}
    concat({{ first }}, {{ second }})
{%- endmacro %}

{# Those of `names` at whose place the two lists, each as long as `names`, differ. #}
{% macro names_that_differ(names, current, previous) -%}
    {{ return(adapter.dispatch('names_that_differ')(names, current, previous)) }}
{%- endmacro %}

{% macro default__names_that_differ(names, current, previous) -%}
    {{ exceptions.raise_compiler_error("names_that_differ is not written for " ~ target.type) }}
{%- endmacro %}

{% macro duckdb__names_that_differ(names, current, previous) -%}
    list_filter(
        ['{{ names | join("', '") }}'],
        lambda field, place: {{ current }}[place] is distinct from {{ previous }}[place]
    )
{%- endmacro %}

{% macro spark__names_that_differ(names, current, previous) -%}
    filter(
        array('{{ names | join("', '") }}'),
        (field, place) -> not ({{ current }}[place] <=> {{ previous }}[place])
    )
{%- endmacro %}
