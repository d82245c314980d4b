with substantiations as (
    select * from {{ ref('stg_substantiations') }}
),

versions as (
    select * from {{ ref('int_versions') }}
),

fragments as (
    select * from {{ ref('stg_fragments') }}
),

outcomes as (
    select outcome_key
    from {{ ref('int_outcomes') }}
),

-- an id that collides in one file identifies nothing in any
colliding_ids as (
    select distinct
        fragments.programme,
        fragments.id_key
    from versions
    inner join fragments on versions.fragment_key = fragments.fragment_key
    where versions.collides
),

-- the outcome beside it, else the one that its id names, whether there is one or not
subjects as (
    select
        substantiations.*,
        case
            when substantiations.is_in_outcome then versions.outcome_key
            when substantiations.id_key is not null and colliding_ids.id_key is null
                then
                    {{ hash_of([
                        "'id'", "substantiations.programme", "substantiations.id_key",
                    ]) }}
        end as subject_key
    from substantiations
    left join versions on substantiations.fragment_key = versions.fragment_key
    left join colliding_ids
        on
            substantiations.programme = colliding_ids.programme
            and substantiations.id_key = colliding_ids.id_key
),

-- where no outcome or nobody is named, what is said tells one from another
identified as (
    select
        subjects.*,
        case
            when subject_key is null then {{ hash_of(["'unlinked'", "content_hash"]) }}
            when grain_key is null then {{ hash_of(["'unnamed'", "subject_key", "content_hash"]) }}
            else {{ hash_of(["'named'", "subject_key", "grain_key"]) }}
        end as substantiation_key
    from subjects
),

placed as (
    select
        identified.*,
        lag(content_hash) over (
            partition by substantiation_key
            order by fragment_key
        ) as content_before
    from identified
),

judged as (
    select
        placed.*,
        content_before is not null and content_before = content_hash as is_duplicate
    from placed
),

numbered as (
    select
        judged.*,
        row_number() over (
            partition by substantiation_key, is_duplicate
            order by fragment_key desc
        ) as place_from_end
    from judged
),

final as (
    select
        numbered.fragment_key,
        numbered.file_order,
        numbered.substantiation_key,
        outcomes.outcome_key,
        numbered.is_in_outcome,
        numbered.is_duplicate,
        not numbered.is_duplicate and numbered.place_from_end = 1 as is_newest
    from numbered
    left join outcomes on numbered.subject_key = outcomes.outcome_key
)

select * from final
