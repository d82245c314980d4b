with coded_members as (
    select * from {{ ref('int_coded_members') }}
    where vocabulary = 'objective'
),

outcomes as (
    select * from {{ ref('int_outcomes') }}
),

final as (
    select
        outcomes.outcome_key,
        coded_members.member_key as objective_key,
        coded_members.weight
    from coded_members
    inner join outcomes on coded_members.fragment_key = outcomes.fragment_key
)

select * from final
