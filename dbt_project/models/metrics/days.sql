with digits as (
    {% for digit in range(10) %}
    select {{ digit }} as digit
    {{ "union all" if not loop.last }}
    {% endfor %}
),

numbered as (
    select
        ones.digit + 10 * tens.digit + 100 * hundreds.digit
        + 1000 * thousands.digit + 10000 * ten_thousands.digit as place
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
    cross join digits as ten_thousands
),

counted as (
    select cast('2000-01-01' as date) + place as day
    from numbered
),

final as (
    select cast(day as date) as day
    from counted
    where day < cast('2100-01-01' as date)
)

select * from final
