{{ config(materialized='view') }}

with versions as (
    select * from {{ ref('int_versions') }}
    where not is_duplicate and version_count > 1
),

fragments as (
    select * from {{ ref('stg_fragments') }}
),

extra_fields as (
    select * from {{ ref('stg_extra_fields') }}
),

pairs as (
    select
        later.fragment_key,
        earlier.fragment_key as fragment_key_before
    from versions as later
    inner join versions as earlier
        on
            later.outcome_key = earlier.outcome_key
            and later.version_number = earlier.version_number + 1
),

form_fields as (
    select
        pairs.fragment_key,
        {{ names_that_differ(
            var('content_fields'), 'fragments.field_hashes', 'fragments_before.field_hashes'
        ) }} as field_names
    from pairs
    inner join fragments on pairs.fragment_key = fragments.fragment_key
    inner join fragments as fragments_before
        on pairs.fragment_key_before = fragments_before.fragment_key
),

extra_values as (
    select
        pairs.fragment_key,
        extra_fields.label,
        extra_fields.value_hash,
        cast(null as bigint) as value_hash_before
    from pairs
    inner join extra_fields on pairs.fragment_key = extra_fields.fragment_key
    union all
    select
        pairs.fragment_key,
        extra_fields.label,
        cast(null as bigint) as value_hash,
        extra_fields.value_hash as value_hash_before
    from pairs
    inner join extra_fields on pairs.fragment_key_before = extra_fields.fragment_key
),

-- a label that is written otherwise is the same one, under its newer spelling
changed_labels as (
    select
        fragment_key,
        coalesce(max(case when value_hash is not null then label end), max(label)) as label
    from extra_values
    group by fragment_key, {{ folded('label') }}
    having
        {{ sorted_list('value_hash') }}
        is distinct from {{ sorted_list('value_hash_before') }}
),

extra_names as (
    select
        fragment_key,
        {{ sorted_list('label') }} as field_names
    from changed_labels
    group by fragment_key
),

final as (
    select
        form_fields.fragment_key,
        {{ joined_lists(
            'form_fields.field_names',
            'coalesce(extra_names.field_names, ' ~ no_texts() ~ ')'
        ) }} as changed_fields
    from form_fields
    left join extra_names on form_fields.fragment_key = extra_names.fragment_key
)

select * from final
