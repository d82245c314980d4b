{# What several models must agree on: reserved keys, thresholds, the vocabularies. #}

{% macro not_coded() -%} 'not_coded' {%- endmacro %}

{% macro withheld() -%} 'withheld' {%- endmacro %}

{# A combination carried by fewer open outcomes is not shown; no setting takes it under 3. #}
{% macro least_carried() -%} {{ [var('k') | int, 3] | max }} {%- endmacro %}

{# A member the codebook does not list is open where at least so many open outcomes carry it. #}
{% macro least_observed() -%}
    {{ [var('observed_minimum') | int, least_carried() | int] | max }}
{%- endmacro %}

{% macro dimension_vocabularies() -%}
    {{ return([
        'outcome_status', 'harvest', 'geography', 'objective', 'social_actor', 'scale',
        'significance', 'contribution', 'change_type', 'result',
    ]) }}
{%- endmacro %}

{# Those of substantiations, which are never open. #}
{% macro substantiation_vocabularies() -%}
    {{ return(['agreement', 'substantiator_role']) }}
{%- endmacro %}

{# Vocabularies of which an outcome has one member, and the key column of the fact. #}
{% macro single_keys() -%}
    {{ return({
        'outcome_status': 'status_key',
        'harvest': 'harvest_key',
        'geography': 'geography_key',
        'scale': 'scale_key',
        'significance': 'significance_key',
        'contribution': 'contribution_key',
    }) }}
{%- endmacro %}

{# Vocabularies of which an outcome may have several members: those with a bridge. #}
{% macro bridged_vocabularies() -%}
    {{ return(['change_type', 'result', 'objective', 'social_actor']) }}
{%- endmacro %}

{% macro in_list(values) -%} ('{{ values | join("', '") }}') {%- endmacro %}
