with members as (
    select * from {{ ref('int_members') }}
    where vocabulary = 'scale'
),

codebook as (
    select * from {{ ref('scales') }}
),

final as (
    select
        members.member_key as scale_key,
        members.label,
        cast(codebook.rank as integer) as rank,
        members.status
    from members
    left join codebook
        on members.label = trim(codebook.label) and members.status = 'codebook'
)

select * from final
