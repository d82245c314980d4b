with outcomes as (
    select * from {{ ref('int_outcomes') }}
),

coded_members as (
    select * from {{ ref('stg_coded_members') }}
    where vocabulary in {{ in_list(bridged_vocabularies()) }}
),

members as (
    select * from {{ ref('int_members') }}
    where vocabulary in {{ in_list(bridged_vocabularies()) }} and member is not null
),

-- the same member named twice is one
distinct_members as (
    select
        coded_members.fragment_key,
        coded_members.vocabulary,
        members.member_key,
        min(coded_members.position) as first_position
    from coded_members
    inner join outcomes on coded_members.fragment_key = outcomes.fragment_key
    inner join members
        on
            coded_members.vocabulary = members.vocabulary
            and coded_members.member = members.member
            and coded_members.scope_member is not distinct from members.scope_member
    group by coded_members.fragment_key, coded_members.vocabulary, members.member_key
),

final as (
    select
        fragment_key,
        vocabulary,
        member_key,
        cast(
            row_number() over (
                partition by fragment_key, vocabulary
                order by first_position, member_key
            ) as integer
        ) as place,
        cast(1 as double) / count(*) over (partition by fragment_key, vocabulary) as weight
    from distinct_members
)

select * from final
