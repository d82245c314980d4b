with released_outcomes as (
    select * from {{ ref('int_released_outcomes') }}
),

countable_outcomes as (
    select * from {{ ref('int_countable_outcomes') }}
),

countable_members as (
    select * from {{ ref('int_countable_members') }}
),

coded_members as (
    select * from {{ ref('int_coded_members') }}
    where vocabulary = 'result'
),

rare_objectives as (
    select * from {{ ref('int_open_cells') }}
    where is_hidden_in_rows and breakdown = 'objective'
),

rare_pairs as (
    select * from {{ ref('int_open_cells') }}
    where is_hidden_in_rows and breakdown = 'geography_objective'
),

-- an objective is withheld by the geography it is counted under, whether that is shown or not
shown_members as (
    select
        countable_members.fragment_key,
        countable_members.vocabulary,
        case
            when
                released_outcomes.coarsening_steps >= 1
                and countable_members.vocabulary = 'change_type'
                then {{ withheld() }}
            when
                released_outcomes.coarsening_steps >= 2
                and countable_members.vocabulary = 'social_actor'
                then {{ withheld() }}
            when rare_objectives.breakdown is not null or rare_pairs.breakdown is not null
                then {{ withheld() }}
            else countable_members.member_key
        end as member_key,
        countable_members.place
    from countable_members
    inner join released_outcomes
        on countable_members.fragment_key = released_outcomes.fragment_key
    inner join countable_outcomes
        on countable_members.fragment_key = countable_outcomes.fragment_key
    left join rare_objectives
        on
            countable_members.vocabulary = rare_objectives.breakdown
            and countable_members.member_key = rare_objectives.member_key
    left join rare_pairs
        on
            'geography_' || countable_members.vocabulary = rare_pairs.breakdown
            and countable_outcomes.geography_key = rare_pairs.geography_key
            and countable_members.member_key = rare_pairs.member_key
),

-- results tell the country
results as (
    select
        coded_members.fragment_key,
        coded_members.vocabulary,
        coded_members.member_key,
        coded_members.place
    from coded_members
    inner join released_outcomes on coded_members.fragment_key = released_outcomes.fragment_key
    where released_outcomes.geography_key <> {{ withheld() }}
),

-- what is withheld stands once
final as (
    select
        fragment_key,
        vocabulary,
        member_key,
        min(place) as place
    from shown_members
    group by fragment_key, vocabulary, member_key
    union all
    select
        fragment_key,
        vocabulary,
        member_key,
        place
    from results
)

select * from final
