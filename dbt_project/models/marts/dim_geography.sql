with members as (
    select * from {{ ref('int_members') }}
    where vocabulary = 'geography'
),

codebook as (
    select * from {{ ref('geographies') }}
),

final as (
    select
        members.member_key as geography_key,
        members.label,
        codebook.unit_type,
        codebook.iso3,
        codebook.region,
        members.status
    from members
    left join codebook
        on members.label = trim(codebook.label) and members.status = 'codebook'
)

select * from final
