with newest as (
    select * from {{ ref('int_substantiations') }}
    where is_newest
),

substantiations as (
    select * from {{ ref('stg_substantiations') }}
),

members as (
    select * from {{ ref('int_members') }}
),

final as (
    select
        newest.substantiation_key,
        newest.outcome_key,
        substantiations.fragment_id,
        coalesce(roles.member_key, {{ not_coded() }}) as role_key,
        substantiations.day as substantiated_on,
        coalesce(descriptions.member_key, {{ not_coded() }}) as description_agreement_key,
        coalesce(contributions.member_key, {{ not_coded() }}) as contribution_agreement_key,
        substantiations.substantiator,
        substantiations.substantiation_comment as comment,
        substantiations.source_file,
        substantiations.source_location,
        newest.fragment_key as delivery_order
    from newest
    inner join substantiations on newest.fragment_key = substantiations.fragment_key
    left join members as roles
        on
            substantiations.role_member = roles.member
            and roles.vocabulary = 'substantiator_role'
    left join members as descriptions
        on
            substantiations.description_agreement_member = descriptions.member
            and descriptions.vocabulary = 'agreement'
    left join members as contributions
        on
            substantiations.contribution_agreement_member = contributions.member
            and contributions.vocabulary = 'agreement'
)

select * from final
