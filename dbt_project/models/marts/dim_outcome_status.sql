with members as (
    select * from {{ ref('int_members') }}
    where vocabulary = 'outcome_status'
),

codebook as (
    select * from {{ ref('outcome_statuses') }}
),

final as (
    select
        members.member_key as status_key,
        members.label,
        cast(codebook.is_outcome as boolean) as is_outcome,
        members.status
    from members
    left join codebook
        on members.label = trim(codebook.label) and members.status = 'codebook'
)

select * from final
