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

{# How many marks, such as `<redacted>`, stand in a text. #}
{% macro mark_count(expression) -%}
    {{ return(adapter.dispatch('mark_count')(expression)) }}
{%- endmacro %}

{% macro default__mark_count(expression) -%}
    {{ exceptions.raise_compiler_error("mark_count is not written for " ~ target.type) }}
{%- endmacro %}

{% macro duckdb__mark_count(expression) -%}
    len(regexp_extract_all({{ expression }}, {{ mark_pattern() }}))
{%- endmacro %}

{% macro spark__mark_count(expression) -%}
    size(regexp_extract_all({{ expression }}, {{ mark_pattern() }}, 0))
{%- endmacro %}

{# The pattern of `normal.MARK`. #}
{% macro mark_pattern() -%}
    {{ return(adapter.dispatch('mark_pattern')()) }}
{%- endmacro %}

{% macro default__mark_pattern() -%}
    '<\p{L}[\p{L}\p{M}\p{N}_ /,''’-]{0,39}>'
{%- endmacro %}

{% macro spark__mark_pattern() -%}
    '<\\p{L}[\\p{L}\\p{M}\\p{N}_ /,\'’-]{0,39}>'
{%- endmacro %}

{# List: the words of a text in small letters and in order; a unit separator for each mark. #}
{% macro words_of(expression) -%}
    {{ return(adapter.dispatch('words_of')(expression)) }}
{%- endmacro %}

{% macro default__words_of(expression) -%}
    {{ exceptions.raise_compiler_error("words_of is not written for " ~ target.type) }}
{%- endmacro %}

{% macro duckdb__words_of(expression) -%}
    regexp_extract_all(
        lower(regexp_replace(
            nfc_normalize({{ expression }}), {{ mark_pattern() }}, ' ' || chr(31) || ' ', 'g'
        )),
        '[\p{L}\p{M}\p{N}]+|\x{1F}'
    )
{%- endmacro %}

{% macro spark__words_of(expression) -%}
    regexp_extract_all(
        lower(regexp_replace(
            {{ expression }}, {{ mark_pattern() }}, concat(' ', char(31), ' ')
        )),
        '[\\p{L}\\p{M}\\p{N}]+|\\x1F',
        0
    )
{%- endmacro %}

{# List: every two words of such a list that stand side by side, each couple once; none with a mark
   in it. #}
{% macro neighbours(words) -%}
    {{ return(adapter.dispatch('neighbours')(words)) }}
{%- endmacro %}

{% macro default__neighbours(words) -%}
    {{ exceptions.raise_compiler_error("neighbours is not written for " ~ target.type) }}
{%- endmacro %}

{% macro duckdb__neighbours(words) -%}
    list_distinct(list_filter(
        list_transform(
            {{ words }}[2:],
            lambda word, place: {{ words }}[place] || ' ' || word
        ),
        lambda couple: not contains(couple, chr(31))
    ))
{%- endmacro %}

{% macro spark__neighbours(words) -%}
    array_distinct(filter(
        case
            when size({{ words }}) > 1
                then transform(
                    sequence(1, size({{ words }}) - 1),
                    place -> concat({{ words }}[place - 1], ' ', {{ words }}[place])
                )
            else cast(array() as array<string>)
        end,
        couple -> not contains(couple, char(31))
    ))
{%- endmacro %}

{# One row an element of a list, in a select list. #}
{% macro unnested(list) -%}
    {{ return(adapter.dispatch('unnested')(list)) }}
{%- endmacro %}

{% macro default__unnested(list) -%}
    unnest({{ list }})
{%- endmacro %}

{% macro spark__unnested(list) -%}
    explode({{ list }})
{%- endmacro %}
