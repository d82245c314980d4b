{%- set substantiation_measures = [
    'substantiation_count',
    'description_agreed',
    'description_disagreed',
    'contribution_agreed',
    'contribution_disagreed',
] -%}

with outcomes as (
    select * from {{ ref('fct_outcomes') }}
),

newest_versions as (
    select * from {{ ref('int_outcomes') }}
),

fragments as (
    select * from {{ ref('stg_fragments') }}
),

coded_members as (
    select
        fragment_key,
        sum(case when vocabulary = 'objective' then 1 else 0 end) as objective_count,
        sum(case when vocabulary = 'social_actor' then 1 else 0 end) as social_actor_count,
        sum(case when vocabulary = 'result' then 1 else 0 end) as result_count,
        sum(case when vocabulary = 'change_type' then 1 else 0 end) as change_type_count
    from {{ ref('int_coded_members') }}
    group by fragment_key
),

released_outcomes as (
    select * from {{ ref('int_released_outcomes') }}
),

withdrawn as (
    select * from {{ ref('int_withdrawn') }}
),

source_files as (
    select * from {{ ref('stg_source_files') }}
),

agreements as (
    select * from {{ ref('dim_agreement') }}
),

given_substantiations as (
    select * from {{ ref('fct_substantiations') }}
    where outcome_key is not null
),

-- who has no opinion neither agrees nor disagrees
substantiations as (
    select
        given_substantiations.outcome_key,
        count(*) as substantiation_count,
        sum(case when descriptions.is_agreement then 1 else 0 end) as description_agreed,
        sum(case when not descriptions.is_agreement then 1 else 0 end) as description_disagreed,
        sum(case when contributions.is_agreement then 1 else 0 end) as contribution_agreed,
        sum(case when not contributions.is_agreement then 1 else 0 end) as contribution_disagreed
    from given_substantiations
    left join agreements as descriptions
        on given_substantiations.description_agreement_key = descriptions.agreement_key
    left join agreements as contributions
        on given_substantiations.contribution_agreement_key = contributions.agreement_key
    group by given_substantiations.outcome_key
),

same_outcomes as (
    select * from {{ ref('int_decided_pairs') }}
    where decision = 'same'
),

statuses as (
    select * from {{ ref('dim_outcome_status') }}
),

harvests as (
    select * from {{ ref('dim_harvest') }}
),

geographies as (
    select * from {{ ref('dim_geography') }}
),

objectives as (
    select * from {{ ref('dim_objective') }}
),

social_actors as (
    select * from {{ ref('dim_social_actor') }}
),

scales as (
    select * from {{ ref('dim_scale') }}
),

significances as (
    {{ ratings(ref('dim_significance')) }}
),

contributions as (
    {{ ratings(ref('dim_contribution')) }}
),

final as (
    select
        outcomes.outcome_key,
        newest_versions.fragment_key as outcome_number,
        outcomes.fragment_id,
        outcomes.programme,
        statuses.label as outcome_status,
        outcomes.is_outcome,
        coalesce(outcomes.is_outcome, true) and same_outcomes.outcome_key is null as is_counted,
        same_outcomes.outcome_key as duplicate_of,
        outcomes.harvest_key,
        harvests.label as harvest,
        harvests.number as harvest_number,
        outcomes.geography_key,
        geographies.label as geography,
        geographies.unit_type,
        geographies.iso3,
        geographies.region,
        outcomes.year,
        outcomes.objective_key,
        objectives.code as objective_code,
        objectives.label as objective,
        outcomes.social_actor_key,
        social_actors.label as social_actor,
        outcomes.scale_key,
        scales.label as scale,
        scales.rank as scale_rank,
        outcomes.significance_key,
        significances.label as significance,
        significances.rank as significance_rank,
        outcomes.contribution_key,
        contributions.label as contribution,
        contributions.rank as contribution_rank,
        {{ are_highest(['significances', 'contributions']) }} as is_top_rated,
        outcomes.is_confidential,
        released_outcomes.fragment_key is not null as is_open,
        outcomes.is_unintended,
        outcomes.is_negative,
        outcomes.other_actors_contributed,
        cast(coalesce(coded_members.objective_count, 0) as integer) as objective_count,
        cast(coalesce(coded_members.social_actor_count, 0) as integer) as social_actor_count,
        cast(coalesce(coded_members.result_count, 0) as integer) as result_count,
        cast(coalesce(coded_members.change_type_count, 0) as integer) as change_type_count,
        fragments.description_length,
        fragments.contribution_length,
        fragments.evidence_quality = 'named' as has_usable_evidence,
        fragments.evidence_quality,
        fragments.missing_elements,
        {% for measure in substantiation_measures %}
        cast(coalesce(substantiations.{{ measure }}, 0) as integer) as {{ measure }},
        {% endfor %}
        substantiations.outcome_key is not null as is_substantiated,
        outcomes.version_count,
        withdrawn.outcome_key is not null as is_withdrawn,
        source_files.source_file as withdrawn_from,
        fragments.content_hash
    from outcomes
    inner join newest_versions on outcomes.outcome_key = newest_versions.outcome_key
    inner join fragments on newest_versions.fragment_key = fragments.fragment_key
    left join coded_members on newest_versions.fragment_key = coded_members.fragment_key
    left join released_outcomes
        on newest_versions.fragment_key = released_outcomes.fragment_key
    left join substantiations on outcomes.outcome_key = substantiations.outcome_key
    left join same_outcomes on outcomes.outcome_key = same_outcomes.other_outcome_key
    left join withdrawn on outcomes.outcome_key = withdrawn.outcome_key
    left join source_files on withdrawn.file_order = source_files.file_order
    left join statuses on outcomes.status_key = statuses.status_key
    left join harvests on outcomes.harvest_key = harvests.harvest_key
    left join geographies on outcomes.geography_key = geographies.geography_key
    left join objectives on outcomes.objective_key = objectives.objective_key
    left join social_actors on outcomes.social_actor_key = social_actors.social_actor_key
    left join scales on outcomes.scale_key = scales.scale_key
    left join significances on outcomes.significance_key = significances.significance_key
    left join contributions on outcomes.contribution_key = contributions.contribution_key
)

select * from final
