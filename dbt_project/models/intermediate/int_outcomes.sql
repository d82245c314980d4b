with versions as (
    select * from {{ ref('int_versions') }}
),

-- one confidential version or duplicate is enough
confidentiality as (
    select
        outcome_key,
        {{ any_true('is_confidential') }} as is_confidential,
        coalesce(
            {{ value_at_greatest('confidentiality_basis', 'place', 'is_confidential') }},
            {{ value_at_greatest('confidentiality_basis', 'place') }}
        ) as confidentiality_basis
    from versions
    group by outcome_key
),

final as (
    select
        versions.fragment_key,
        versions.outcome_key,
        versions.version_number,
        versions.version_count,
        confidentiality.is_confidential,
        confidentiality.confidentiality_basis
    from versions
    inner join confidentiality on versions.outcome_key = confidentiality.outcome_key
    where versions.is_newest
)

select * from final
