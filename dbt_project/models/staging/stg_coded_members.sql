with source as (
    select * from {{ source('raw', 'coded_members') }}
),

final as (
    select
        source_file,
        record_number,
        vocabulary,
        position,
        scope_member,
        member
    from source
)

select * from final
