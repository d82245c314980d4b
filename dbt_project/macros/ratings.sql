{# A rating and how high its vocabulary goes. Ratings that were only observed have no rank. #}

{% macro ratings(relation) -%}
    select
        *,
        max(rank) over () as top_rank
    from {{ relation }}
{%- endmacro %}

{% macro are_highest(ratings) -%}
    coalesce(
        {%- for rating in ratings %}
        {{ 'and ' if not loop.first }}{{ rating }}.rank = {{ rating }}.top_rank
        {%- endfor %},
        false
    )
{%- endmacro %}
