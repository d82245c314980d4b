{{ config(materialized='view') }}

with fragments as (
    select * from {{ ref('stg_fragments') }}
),

-- an id that one file has twice with different content
collisions as (
    select
        file_order,
        programme,
        id_key
    from fragments
    where id_key is not null
    group by file_order, programme, id_key
    having min(content_hash) <> max(content_hash)
),

-- it identifies nothing in any file
colliding_ids as (
    select distinct
        programme,
        id_key
    from collisions
),

final as (
    select
        fragments.fragment_key,
        fragments.file_order,
        fragments.harvest_number,
        fragments.content_hash,
        fragments.is_confidential,
        fragments.confidentiality_basis,
        collisions.id_key is not null as collides,
        case
            when fragments.id_key is not null and colliding_ids.id_key is null
                then {{ hash_of(["'id'", "fragments.programme", "fragments.id_key"]) }}
            else {{ hash_of([
                "'text'", "fragments.programme", "fragments.text_key", "fragments.fragment_id",
            ]) }}
        end as outcome_key
    from fragments
    left join colliding_ids
        on
            fragments.programme = colliding_ids.programme
            and fragments.id_key = colliding_ids.id_key
    left join collisions
        on
            fragments.file_order = collisions.file_order
            and fragments.programme = collisions.programme
            and fragments.id_key = collisions.id_key
)

select * from final
