with released_members as (
    select * from {{ ref('int_released_members') }}
    where member_key <> {{ not_coded() }}
),

released_outcomes as (
    select * from {{ ref('int_released_outcomes') }}
),

members as (
    select * from {{ ref('int_open_members') }}
),

geographies as (
    select * from members
    where vocabulary = 'geography'
),

-- members that are withheld are one and the same
distinct_members as (
    select
        released_members.fragment_key,
        released_members.vocabulary,
        members.open_key as member_key,
        min(released_members.place) as place
    from released_members
    inner join released_outcomes
        on released_members.fragment_key = released_outcomes.fragment_key
    inner join geographies on released_outcomes.geography_key = geographies.member_key
    inner join members
        on
            released_members.vocabulary = members.vocabulary
            and released_members.member_key = members.member_key
    where
        not (
            released_members.vocabulary = 'result'
            and geographies.open_key = {{ withheld() }}
        )
    group by released_members.fragment_key, released_members.vocabulary, members.open_key
),

final as (
    select
        fragment_key,
        vocabulary,
        member_key,
        cast(
            row_number() over (
                partition by fragment_key, vocabulary
                order by place, member_key
            ) as integer
        ) as place,
        cast(1 as double) / count(*) over (partition by fragment_key, vocabulary) as weight
    from distinct_members
)

select * from final
