with members as (
    select * from {{ ref('int_members') }}
    where vocabulary = 'harvest'
),

codebook as (
    select * from {{ ref('harvests') }}
),

final as (
    select
        members.member_key as harvest_key,
        members.label,
        coalesce(cast(codebook.number as integer), members.number) as number,
        members.status
    from members
    left join codebook
        on members.label = trim(codebook.label) and members.status = 'codebook'
)

select * from final
