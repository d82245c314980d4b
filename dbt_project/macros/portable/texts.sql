{# Texts, whose patterns and letters every engine treats in its own way. #}

{# The form in which ids and codes are matched: runs of blanks as one, none at the ends, case
   folded, with the letters whose case folds to something else than their small letter. #}
{% macro folded(expression) -%}
    {{ return(adapter.dispatch('folded')(expression)) }}
{%- endmacro %}

{% macro default__folded(expression) -%}
    {{ exceptions.raise_compiler_error("folded is not written for " ~ target.type) }}
{%- endmacro %}

{% macro duckdb__folded(expression) -%}
    replace(replace(lower(trim(regexp_replace(
        nfc_normalize({{ expression }}), '[\s\p{Z}\x{1C}-\x{1F}\x{85}]+', ' ', 'g'
    ))), 'ß', 'ss'), 'ς', 'σ')
{%- endmacro %}

{# Has no normal form: a letter written apart from its accent matches only one written so too. #}
{% macro spark__folded(expression) -%}
    replace(replace(lower(trim(regexp_replace(
        {{ expression }}, '[\\s\\p{Z}\\x1C-\\x1F\\x85]+', ' '
    ))), 'ß', 'ss'), 'ς', 'σ')
{%- endmacro %}

{# What stands before the first separator; the whole where there is none. #}
{% macro before_first(expression, separator) -%}
    {{ return(dbt.split_part(expression, "'" ~ separator ~ "'", 1)) }}
{%- endmacro %}
