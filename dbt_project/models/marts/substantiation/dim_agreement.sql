with members as (
    select * from {{ ref('int_members') }}
    where vocabulary = 'agreement'
),

codebook as (
    select * from {{ ref('agreements') }}
),

final as (
    select
        members.member_key as agreement_key,
        members.label,
        cast(codebook.rank as integer) as rank,
        cast(codebook.agrees as boolean) as is_agreement,
        members.status
    from members
    left join codebook
        on members.label = trim(codebook.label) and members.status = 'codebook'
)

select * from final
