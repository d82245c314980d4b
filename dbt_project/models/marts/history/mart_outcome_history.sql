with deliveries as (
    select * from {{ ref('int_versions') }}
),

versions as (
    select * from deliveries
    where not is_duplicate
),

fragments as (
    select * from {{ ref('stg_fragments') }}
),

changed_fields as (
    select * from {{ ref('fct_outcome_versions') }}
    where version_number > 1
),

significance_members as (
    select * from {{ ref('int_members') }}
    where vocabulary = 'significance'
),

contribution_members as (
    select * from {{ ref('int_members') }}
    where vocabulary = 'contribution'
),

significances as (
    select * from {{ ref('dim_significance') }}
),

contributions as (
    select * from {{ ref('dim_contribution') }}
),

-- whoever was asked first, whether an answer was replaced later or not
first_answers as (
    select
        outcome_key,
        min(file_order) as file_order
    from {{ ref('int_substantiations') }}
    where outcome_key is not null
    group by outcome_key
),

last_delivery as (
    select max(file_order) as file_order
    from deliveries
),

rated as (
    select
        versions.outcome_key,
        versions.version_number,
        versions.version_count,
        versions.is_newest,
        versions.file_order,
        versions.fragment_key,
        fragments.fragment_id,
        fragments.harvest_number,
        fragments.source_file,
        fragments.source_location,
        coalesce(significance_members.member_key, {{ not_coded() }}) as significance_key,
        coalesce(contribution_members.member_key, {{ not_coded() }}) as contribution_key
    from versions
    inner join fragments on versions.fragment_key = fragments.fragment_key
    left join significance_members
        on fragments.significance_member = significance_members.member
    left join contribution_members
        on fragments.contribution_member = contribution_members.member
),

-- each version beside the one before it
compared as (
    select
        later.outcome_key,
        later.version_number,
        earlier.significance_key as significance_key_before,
        earlier.contribution_key as contribution_key_before
    from rated as later
    inner join rated as earlier
        on
            later.outcome_key = earlier.outcome_key
            and later.version_number = earlier.version_number + 1
    where later.version_count > 1 and earlier.version_count > 1
),

final as (
    select
        rated.outcome_key,
        rated.version_number,
        rated.fragment_id,
        rated.harvest_number,
        rated.source_file,
        rated.source_location,
        rated.fragment_key as delivery_order,
        coalesce(changed_fields.changed_fields, {{ no_texts() }}) as changed_fields,
        case
            when rated.version_number = 1 then 'new'
            when
                rated.significance_key <> compared.significance_key_before
                or rated.contribution_key <> compared.contribution_key_before
                then 're-rated'
            else 'edited'
        end as change,
        compared.significance_key_before,
        significances_before.rank as significance_rank_before,
        rated.significance_key,
        significances.rank as significance_rank,
        compared.contribution_key_before,
        contributions_before.rank as contribution_rank_before,
        rated.contribution_key,
        contributions.rank as contribution_rank,
        coalesce(rated.file_order > first_answers.file_order, false) as is_after_substantiation,
        rated.file_order = last_delivery.file_order as is_last_delivery,
        rated.is_newest
    from rated
    cross join last_delivery
    left join compared
        on
            rated.outcome_key = compared.outcome_key
            and rated.version_number = compared.version_number
    left join first_answers on rated.outcome_key = first_answers.outcome_key
    left join changed_fields
        on
            rated.outcome_key = changed_fields.outcome_key
            and rated.version_number = changed_fields.version_number
    left join significances on rated.significance_key = significances.significance_key
    left join significances as significances_before
        on compared.significance_key_before = significances_before.significance_key
    left join contributions on rated.contribution_key = contributions.contribution_key
    left join contributions as contributions_before
        on compared.contribution_key_before = contributions_before.contribution_key
)

select * from final
