{{ config(materialized='view') }}

with decisions as (
    select * from {{ ref('near_duplicate_decisions') }}
),

programmes as (
    select * from {{ ref('programmes') }}
),

outcomes as (
    select * from {{ ref('int_outcomes') }}
),

listed_programmes as (
    select
        trim(code) as code,
        {{ folded('code') }} as code_key,
        is_default
    from programmes
),

default_programme as (
    select code
    from listed_programmes
    where is_default
),

folded_decisions as (
    select
        {{ folded('fragment_id') }} as id_key,
        {{ folded('other_fragment_id') }} as other_id_key,
        {{ folded('decision') }} as decision
    from decisions
),

named_ids as (
    select id_key from folded_decisions
    union
    select other_id_key as id_key from folded_decisions
),

programme_ids as (
    select
        named_ids.id_key,
        coalesce(listed_programmes.code, default_programme.code) as programme
    from named_ids
    cross join default_programme
    left join listed_programmes
        on
            named_ids.id_key like '%-%'
            and trim({{ before_first('named_ids.id_key', '-') }}) = listed_programmes.code_key
),

-- an id that collides or holds a mark is no outcome's: nothing has its key
known_ids as (
    select
        programme_ids.id_key,
        outcomes.outcome_key
    from programme_ids
    inner join outcomes
        on
            {{ hash_of(["'id'", "programme_ids.programme", "programme_ids.id_key"]) }}
            = outcomes.outcome_key
),

final as (
    select distinct
        known_ids.outcome_key,
        others.outcome_key as other_outcome_key,
        folded_decisions.decision
    from folded_decisions
    inner join known_ids on folded_decisions.id_key = known_ids.id_key
    inner join known_ids as others on folded_decisions.other_id_key = others.id_key
)

select * from final
