{{ config(materialized='view') }}

with issues as (
    select * from {{ ref('stg_issues') }}
),

versions as (
    select * from {{ ref('int_versions') }}
),

outcomes as (
    select * from {{ ref('int_outcomes') }}
),

substantiations as (
    select * from {{ ref('int_substantiations') }}
),

-- every accepted record once: an outcome, which may give a substantiation too, or the latter alone
records as (
    select
        fragment_key,
        source_file,
        source_location,
        fragment_id
    from {{ ref('stg_fragments') }}
    union all
    select
        fragment_key,
        source_file,
        source_location,
        fragment_id
    from {{ ref('stg_substantiations') }}
    where not is_in_outcome
),

rules as (
    select * from {{ ref('rules') }}
),

-- both languages stand here, so that lineage is the same for either
worded as (
    select
        rule,
        severity,
        case when '{{ var("language") }}' = 'fr' then message_fr else message end as message,
        case when '{{ var("language") }}' = 'fr' then remedy_fr else remedy end as remedy
    from rules
),

-- those of files, of quarantined records and of versions; a duplicate's are not repeated
delivered as (
    select
        issues.fragment_key,
        issues.source_file,
        issues.location,
        issues.fragment_id,
        coalesce(versions.outcome_key, substantiations.outcome_key) as outcome_key,
        issues.field,
        issues.rule,
        issues.severity,
        issues.message,
        issues.remedy
    from issues
    left join versions on issues.fragment_key = versions.fragment_key
    left join substantiations on issues.fragment_key = substantiations.fragment_key
    where
        not coalesce(
            case
                when
                    versions.fragment_key is null
                    or issues.field in {{ in_list(var('substantiation_fields')) }}
                    then substantiations.is_duplicate
                else versions.is_duplicate
            end,
            false
        )
),

found_between as (
    select
        fragment_key,
        outcome_key,
        'fragment_id' as field,
        'id_collision' as rule
    from versions
    where collides and not is_duplicate
    union all
    select
        fragment_key,
        outcome_key,
        'description' as field,
        'near_duplicate' as rule
    from outcomes
    where shares_text
    union all
    select
        fragment_key,
        outcome_key,
        'fragment_id' as field,
        'unlinked_substantiation' as rule
    from substantiations
    where outcome_key is null and not is_duplicate
),

final as (
    select * from delivered
    union all
    select
        found_between.fragment_key,
        records.source_file,
        records.source_location as location,
        records.fragment_id,
        found_between.outcome_key,
        found_between.field,
        found_between.rule,
        worded.severity,
        worded.message,
        worded.remedy
    from found_between
    inner join records on found_between.fragment_key = records.fragment_key
    inner join worded on found_between.rule = worded.rule
)

select * from final
