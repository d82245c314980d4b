{{ config(alias='dim_change_type') }}

with members as (
    select * from {{ ref('int_open_members') }}
    where vocabulary = 'change_type' and is_open
),

final as (
    select
        open_key as change_type_key,
        scope_label as cluster,
        label,
        status
    from members
)

select * from final
