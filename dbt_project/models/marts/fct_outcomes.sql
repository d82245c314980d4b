with outcomes as (
    select * from {{ ref('int_outcomes') }}
),

fragments as (
    select * from {{ ref('stg_fragments') }}
),

members as (
    select * from {{ ref('int_members') }}
),

-- both in one row, so that a million of them are joined once
first_members as (
    select
        fragment_key,
        max(case when vocabulary = 'objective' then member_key end) as objective_key,
        max(case when vocabulary = 'social_actor' then member_key end) as social_actor_key
    from {{ ref('int_coded_members') }}
    where place = 1 and vocabulary in ('objective', 'social_actor')
    group by fragment_key
),

statuses as (
    select * from {{ ref('dim_outcome_status') }}
),

issues as (
    select
        fragment_key,
        count(*) as issue_count
    from {{ ref('int_issues') }}
    group by fragment_key
),

newest as (
    select
        outcomes.outcome_key,
        fragments.fragment_id,
        fragments.programme,
        {% for vocabulary, key in single_keys().items() %}
        coalesce({{ vocabulary }}_members.member_key, {{ not_coded() }}) as {{ key }},
        {% endfor %}
        coalesce(first_members.objective_key, {{ not_coded() }}) as objective_key,
        coalesce(first_members.social_actor_key, {{ not_coded() }}) as social_actor_key,
        fragments.year_value as year,
        outcomes.is_confidential,
        outcomes.confidentiality_basis,
        fragments.is_unintended,
        fragments.is_negative,
        fragments.other_actors_contributed,
        fragments.redaction_count,
        cast(coalesce(issues.issue_count, 0) as integer) as issue_count,
        outcomes.version_number,
        outcomes.version_count,
        fragments.source_file,
        fragments.source_location
    from outcomes
    inner join fragments on outcomes.fragment_key = fragments.fragment_key
    left join issues on outcomes.fragment_key = issues.fragment_key
    left join first_members on outcomes.fragment_key = first_members.fragment_key
    {% for vocabulary in single_keys() %}
    left join members as {{ vocabulary }}_members
        on
            fragments.{{ vocabulary }}_member = {{ vocabulary }}_members.member
            and {{ vocabulary }}_members.vocabulary = '{{ vocabulary }}'
    {% endfor %}
),

final as (
    select
        newest.outcome_key,
        newest.fragment_id,
        newest.programme,
        newest.status_key,
        newest.harvest_key,
        newest.geography_key,
        newest.objective_key,
        newest.social_actor_key,
        newest.scale_key,
        newest.significance_key,
        newest.contribution_key,
        newest.year,
        statuses.is_outcome,
        newest.is_confidential,
        newest.confidentiality_basis,
        newest.is_unintended,
        newest.is_negative,
        newest.other_actors_contributed,
        newest.redaction_count,
        newest.issue_count,
        newest.version_number,
        newest.version_count,
        newest.source_file,
        newest.source_location
    from newest
    left join statuses on newest.status_key = statuses.status_key
)

select * from final
