-- A build says once what it was made from.
with builds as (
    select * from {{ ref('meta_builds') }}
),

final as (
    select count(*) as builds
    from builds
    having count(*) > 1
)

select * from final
