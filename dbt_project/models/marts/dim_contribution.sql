with members as (
    select * from {{ ref('int_members') }}
    where vocabulary = 'contribution'
),

codebook as (
    select * from {{ ref('contribution') }}
),

final as (
    select
        members.member_key as contribution_key,
        members.label,
        cast(codebook.rank as integer) as rank,
        members.status
    from members
    left join codebook
        on members.label = trim(codebook.label) and members.status = 'codebook'
)

select * from final
