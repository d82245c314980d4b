with outcomes as (
    select * from {{ ref('fct_outcomes') }}
    where not is_confidential
),

newest_versions as (
    select * from {{ ref('int_outcomes') }}
),

observed_members as (
    select * from {{ ref('int_members') }}
    where status = 'observed'
),

carried as (
    {% for vocabulary in counted_alone() %}
    select
        '{{ vocabulary }}' as vocabulary,
        {{ key_of(vocabulary) }} as member_key,
        count(*) as outcomes
    from outcomes
    group by {{ key_of(vocabulary) }}
    {{ "union all" if not loop.last }}
    {% endfor %}
),

rare_members as (
    {{ rare_members('carried', 'observed_members') }}
),

final as (
    select
        newest_versions.fragment_key,
        outcomes.outcome_key,
        outcomes.status_key,
        {% for vocabulary in counted_alone() %}
        case
            when rare_{{ vocabulary }}.member_key is not null then {{ withheld() }}
            else outcomes.{{ key_of(vocabulary) }}
        end as {{ key_of(vocabulary) }},
        {% endfor %}
        outcomes.year,
        coalesce(cast(outcomes.year as {{ text_type() }}), {{ not_coded() }}) as year_key
    from outcomes
    inner join newest_versions on outcomes.outcome_key = newest_versions.outcome_key
    {% for vocabulary in counted_alone() %}
    left join rare_members as rare_{{ vocabulary }}
        on
            rare_{{ vocabulary }}.vocabulary = '{{ vocabulary }}'
            and outcomes.{{ key_of(vocabulary) }} = rare_{{ vocabulary }}.member_key
    {% endfor %}
)

select * from final
