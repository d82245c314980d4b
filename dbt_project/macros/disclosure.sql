{# What the models of disclosure control agree on. #}

{# Vocabularies of which an outcome has one member and which outcomes are counted by. #}
{% macro counted_alone() -%}
    {{ return(['geography', 'harvest', 'scale', 'significance', 'contribution']) }}
{%- endmacro %}

{# Those of which an outcome may have several: it counts once for each. #}
{% macro counted_severally() -%}
    {{ return(['objective', 'social_actor', 'change_type']) }}
{%- endmacro %}

{# What outcomes are counted by beside their geography. Each stands in no other table of two, so
   that two outcomes can exchange it without another table telling (docs/open-edition.md). #}
{% macro counted_by_geography() -%}
    {{ return(['year', 'harvest', 'objective']) }}
{%- endmacro %}

{% macro key_of(vocabulary) -%} {{ return(vocabulary ~ '_key') }} {%- endmacro %}

{# Of members with how many outcomes carry them: those that no codebook lists and too few carry. #}
{% macro rare_members(carried, observed_members) -%}
    select
        {{ carried }}.vocabulary,
        {{ carried }}.member_key
    from {{ carried }}
    inner join {{ observed_members }}
        on
            {{ carried }}.vocabulary = {{ observed_members }}.vocabulary
            and {{ carried }}.member_key = {{ observed_members }}.member_key
    where {{ carried }}.outcomes < {{ least_observed() }}
{%- endmacro %}
