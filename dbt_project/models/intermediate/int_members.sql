with members as (
    select * from {{ ref('stg_members') }}
),

{{ member_keys('members') }},

not_coded as (
    {% for vocabulary in dimension_vocabularies() + substantiation_vocabularies() %}
    select
        '{{ vocabulary }}' as vocabulary,
        {% if vocabulary in ['change_type', 'result'] %}
        {{ not_coded() }} as scope_key,
        'not coded' as scope_label
        {% else %}
        cast(null as {{ text_type() }}) as scope_key,
        cast(null as {{ text_type() }}) as scope_label
        {% endif %}
    {{ "union all" if not loop.last }}
    {% endfor %}
),

final as (
    select * from keyed
    union all
    select
        vocabulary,
        null as scope_member,
        null as member,
        null as slug,
        null as label_hash,
        scope_key,
        scope_label,
        'not coded' as label,
        'not_coded' as status,
        null as code,
        null as number,
        null as programme,
        {{ not_coded() }} as member_key
    from not_coded
)

select * from final
