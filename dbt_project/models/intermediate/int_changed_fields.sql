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
        later.outcome_key,
        later.version_number,
        later.source_file,
        later.record_number,
        earlier.source_file as source_file_before,
        earlier.record_number as record_number_before
    from versions as later
    inner join versions as earlier
        on
            later.outcome_key = earlier.outcome_key
            and later.version_number = earlier.version_number + 1
),

form_fields as (
    select
        pairs.outcome_key,
        pairs.version_number,
        {{ names_that_differ(
            var('content_fields'), 'fragments.field_hashes', 'fragments_before.field_hashes'
        ) }} as field_names
    from pairs
    inner join fragments
        on
            pairs.source_file = fragments.source_file
            and pairs.record_number = fragments.record_number
    inner join fragments as fragments_before
        on
            pairs.source_file_before = fragments_before.source_file
            and pairs.record_number_before = fragments_before.record_number
),

extra_values as (
    select
        pairs.outcome_key,
        pairs.version_number,
        extra_fields.label,
        extra_fields.value_hash,
        cast(null as bigint) as value_hash_before
    from pairs
    inner join extra_fields
        on
            pairs.source_file = extra_fields.source_file
            and pairs.record_number = extra_fields.record_number
    union all
    select
        pairs.outcome_key,
        pairs.version_number,
        extra_fields.label,
        cast(null as bigint) as value_hash,
        extra_fields.value_hash as value_hash_before
    from pairs
    inner join extra_fields
        on
            pairs.source_file_before = extra_fields.source_file
            and pairs.record_number_before = extra_fields.record_number
),

changed_labels as (
    select
        outcome_key,
        version_number,
        label
    from extra_values
    group by outcome_key, version_number, label
    having
        {{ sorted_list('value_hash') }}
        is distinct from {{ sorted_list('value_hash_before') }}
),

extra_names as (
    select
        outcome_key,
        version_number,
        {{ sorted_list('label') }} as field_names
    from changed_labels
    group by outcome_key, version_number
),

final as (
    select
        form_fields.outcome_key,
        form_fields.version_number,
        {{ joined_lists(
            'form_fields.field_names',
            'coalesce(extra_names.field_names, ' ~ no_texts() ~ ')'
        ) }} as changed_fields
    from form_fields
    left join extra_names
        on
            form_fields.outcome_key = extra_names.outcome_key
            and form_fields.version_number = extra_names.version_number
)

select * from final
