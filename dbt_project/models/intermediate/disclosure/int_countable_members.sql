with outcomes as (
    select * from {{ ref('int_countable_outcomes') }}
),

coded_members as (
    select * from {{ ref('int_coded_members') }}
    where vocabulary in {{ in_list(counted_severally()) }}
),

observed_members as (
    select * from {{ ref('int_members') }}
    where status = 'observed'
),

countable_members as (
    select coded_members.*
    from coded_members
    inner join outcomes on coded_members.fragment_key = outcomes.fragment_key
),

carried as (
    select
        vocabulary,
        member_key,
        count(*) as outcomes
    from countable_members
    group by vocabulary, member_key
),

rare_members as (
    {{ rare_members('carried', 'observed_members') }}
),

named_members as (
    select
        countable_members.fragment_key,
        countable_members.vocabulary,
        case
            when rare_members.member_key is not null then {{ withheld() }}
            else countable_members.member_key
        end as member_key,
        countable_members.place
    from countable_members
    left join rare_members
        on
            countable_members.vocabulary = rare_members.vocabulary
            and countable_members.member_key = rare_members.member_key
),

without_members as (
    {% for vocabulary in counted_severally() %}
    select
        outcomes.fragment_key,
        '{{ vocabulary }}' as vocabulary
    from outcomes
    left join coded_members
        on
            outcomes.fragment_key = coded_members.fragment_key
            and coded_members.vocabulary = '{{ vocabulary }}'
            and coded_members.place = 1
    where coded_members.fragment_key is null
    {{ "union all" if not loop.last }}
    {% endfor %}
),

-- members that are withheld are one and the same
final as (
    select
        fragment_key,
        vocabulary,
        member_key,
        min(place) as place
    from named_members
    group by fragment_key, vocabulary, member_key
    union all
    select
        fragment_key,
        vocabulary,
        {{ not_coded() }} as member_key,
        1 as place
    from without_members
)

select * from final
