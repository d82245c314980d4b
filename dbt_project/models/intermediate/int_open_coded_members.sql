with coded_members as (
    select * from {{ ref('int_coded_members') }}
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
        coded_members.fragment_key,
        coded_members.vocabulary,
        members.open_key as member_key
    from coded_members
    inner join released_outcomes on coded_members.fragment_key = released_outcomes.fragment_key
    inner join geographies on released_outcomes.geography_key = geographies.member_key
    inner join members
        on
            coded_members.vocabulary = members.vocabulary
            and coded_members.member_key = members.member_key
    where not (coded_members.vocabulary = 'result' and geographies.open_key = {{ withheld() }})
    group by coded_members.fragment_key, coded_members.vocabulary, members.open_key
),

final as (
    select
        fragment_key,
        vocabulary,
        member_key,
        cast(1 as double) / count(*) over (partition by fragment_key, vocabulary) as weight
    from distinct_members
)

select * from final
