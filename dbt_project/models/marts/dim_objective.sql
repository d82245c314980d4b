with members as (
    select * from {{ ref('int_members') }}
    where vocabulary = 'objective'
),

codebook as (
    select * from {{ ref('objectives') }}
),

final as (
    select
        members.member_key as objective_key,
        coalesce(codebook.programme, members.programme) as programme,
        coalesce(codebook.code, members.code) as code,
        members.label,
        members.status
    from members
    left join codebook
        on members.label = trim(codebook.label) and members.status = 'codebook'
)

select * from final
