with cells as (
    select * from {{ ref('stg_previous_open_cells') }}
),

members as (
    select * from {{ ref('int_members') }}
    where member is not null
),

-- another member with the same slug may have come or gone since, and with it a part of the key
final as (
    select
        cells.breakdown,
        case
            when cells.geography_member is null then cells.geography_key
            else geographies.member_key
        end as geography_key,
        case
            when cells.member is null then cells.member_key
            else members.member_key
        end as member_key,
        cells.outcomes,
        cells.is_shown,
        cells.is_hidden_in_rows
    from cells
    left join members as geographies
        on
            geographies.vocabulary = 'geography'
            and cells.geography_member = geographies.member
    left join members
        on
            cells.breakdown in (members.vocabulary, 'geography_' || members.vocabulary)
            and cells.member = members.member
            and cells.scope_member is not distinct from members.scope_member
)

select * from final
