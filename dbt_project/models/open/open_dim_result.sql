{{ config(alias='dim_result') }}

with members as (
    select * from {{ ref('int_open_members') }}
    where vocabulary = 'result' and is_open
),

final as (
    select
        open_key as result_key,
        scope_key as geography_key,
        code,
        label,
        status
    from members
)

select * from final
