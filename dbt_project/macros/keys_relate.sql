{# Every key stands in the table it leads to. One test for all keys of a table: a list of `column`,
   `to` and, where the other column is called otherwise, `field`. Nulls lead nowhere and pass. #}
{% test keys_relate(model, keys) %}
{% for key in keys %}
    select
        '{{ key.column }}' as key_column,
        count(*) as missing
    from {{ model }} as child
    left join {{ key.to }} as parent
        on child.{{ key.column }} = parent.{{ key.field | default(key.column) }}
    where
        child.{{ key.column }} is not null
        and parent.{{ key.field | default(key.column) }} is null
    having count(*) > 0
    {{ "union all" if not loop.last }}
{% endfor %}
{% endtest %}
