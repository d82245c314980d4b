with issues as (
    select * from {{ ref('stg_issues') }}
),

versions as (
    select * from {{ ref('int_versions') }}
),

outcomes as (
    select * from {{ ref('int_outcomes') }}
),

fragments as (
    select * from {{ ref('stg_fragments') }}
),

rules as (
    select * from {{ ref('rules') }}
),

-- those of files, of quarantined fragments and of versions; a duplicate's are not repeated
delivered as (
    select
        issues.source_file,
        issues.location,
        issues.fragment_id,
        versions.outcome_key,
        issues.field,
        issues.rule,
        issues.severity,
        issues.message,
        issues.remedy,
        coalesce(versions.is_newest, false) as is_newest
    from issues
    left join versions
        on
            issues.source_file = versions.source_file
            and issues.record_number = versions.record_number
    where not coalesce(versions.is_duplicate, false)
),

repeated_texts as (
    select text_key
    from outcomes
    group by text_key
    having count(*) > 1
),

found_between as (
    select
        source_file,
        record_number,
        outcome_key,
        is_newest,
        'fragment_id' as field,
        'id_collision' as rule
    from versions
    where collides and not is_duplicate
    union all
    select
        outcomes.source_file,
        outcomes.record_number,
        outcomes.outcome_key,
        true as is_newest,
        'description' as field,
        'near_duplicate' as rule
    from outcomes
    inner join repeated_texts on outcomes.text_key = repeated_texts.text_key
),

final as (
    select * from delivered
    union all
    select
        found_between.source_file,
        fragments.source_location as location,
        fragments.fragment_id,
        found_between.outcome_key,
        found_between.field,
        found_between.rule,
        rules.severity,
        rules.message,
        rules.remedy,
        found_between.is_newest
    from found_between
    inner join fragments
        on
            found_between.source_file = fragments.source_file
            and found_between.record_number = fragments.record_number
    inner join rules on found_between.rule = rules.rule
)

select * from final
