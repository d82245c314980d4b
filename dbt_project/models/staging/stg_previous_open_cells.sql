with source as (
    select * from {{ source('raw', 'previous_open_cells') }}
),

final as (
    select
        breakdown,
        geography_key,
        member_key,
        geography_member,
        scope_member,
        member,
        outcomes,
        is_shown,
        is_hidden_in_rows
    from source
)

select * from final
