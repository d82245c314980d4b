with identities as (
    select * from {{ ref('int_identities') }}
),

ordered as (
    select
        identities.*,
        row_number() over (
            partition by outcome_key
            order by harvest_number nulls first, fragment_key
        ) as place,
        lag(content_hash) over (
            partition by outcome_key
            order by harvest_number nulls first, fragment_key
        ) as content_before
    from identities
),

judged as (
    select
        ordered.*,
        content_before is not null and content_before = content_hash as is_duplicate
    from ordered
),

-- a duplicate has the number of the version that it repeats
numbered as (
    select
        judged.*,
        sum(case when is_duplicate then 0 else 1 end) over (
            partition by outcome_key
            order by place
            rows between unbounded preceding and current row
        ) as version_number,
        sum(case when is_duplicate then 0 else 1 end) over (
            partition by outcome_key
        ) as version_count
    from judged
),

final as (
    select
        fragment_key,
        file_order,
        outcome_key,
        is_confidential,
        confidentiality_basis,
        collides,
        is_duplicate,
        not is_duplicate and version_number = version_count as is_newest,
        cast(place as bigint) as place,
        cast(version_number as integer) as version_number,
        cast(version_count as integer) as version_count
    from numbered
)

select * from final
