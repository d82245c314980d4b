{# Every outcome of a bridge has each member once, and its weights sum to one, so that shares add
   up to outcomes. #}
{% test whole_shares(model, member_key) %}
    select
        outcome_key,
        count(*) as members
    from {{ model }}
    group by outcome_key
    having
        count(*) <> count(distinct {{ member_key }})
        or abs(sum(weight) - 1) > 0.000001
        or min(weight) <= 0
{% endtest %}
