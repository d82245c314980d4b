with indicators as (
    select * from {{ ref('indicators') }}
),

final as (
    select
        {{ key_of_code("trim(programme) || '_' || trim(code)") }} as indicator_key,
        trim(programme) as programme,
        trim(code) as code,
        trim(label) as label,
        trim(unit) as unit,
        trim(donor) as donor
    from indicators
)

select * from final
