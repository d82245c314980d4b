with members as (
    select * from {{ ref('int_members') }}
),

released_outcomes as (
    select * from {{ ref('int_released_outcomes') }}
),

released_members as (
    select
        released.vocabulary,
        released.member_key,
        released_outcomes.geography_key
    from {{ ref('int_released_members') }} as released
    inner join released_outcomes on released.fragment_key = released_outcomes.fragment_key
),

carried as (
    {% for vocabulary, key in single_keys().items() %}
    select
        '{{ vocabulary }}' as vocabulary,
        {{ key }} as member_key,
        count(*) as outcomes
    from released_outcomes
    group by {{ key }}
    union all
    {% endfor %}
    select
        vocabulary,
        member_key,
        count(*) as outcomes
    from released_members
    where vocabulary <> 'result'
    group by vocabulary, member_key
),

open_alone as (
    select members.*
    from members
    left join carried
        on
            members.vocabulary = carried.vocabulary
            and members.member_key = carried.member_key
    where
        members.vocabulary not in ('result', 'change_cluster')
        and members.member is not null
        and (members.status = 'codebook' or carried.outcomes >= {{ least_observed() }})
),

-- a cluster is shown in its types only
open_clusters as (
    select members.*
    from members
    where
        members.vocabulary = 'change_cluster'
        and (
            members.status = 'codebook'
            or members.member in (
                select open_alone.scope_member
                from open_alone
                where open_alone.vocabulary = 'change_type'
            )
        )
),

open_geographies as (
    select member_key
    from open_alone
    where vocabulary = 'geography'
    union all
    select {{ not_coded() }} as member_key
),

-- rows without their geography carry no result
carried_results as (
    select
        released_members.member_key,
        count(*) as outcomes
    from released_members
    inner join open_geographies on released_members.geography_key = open_geographies.member_key
    where released_members.vocabulary = 'result'
    group by released_members.member_key
),

open_results as (
    select members.*
    from members
    inner join open_geographies on members.scope_key = open_geographies.member_key
    left join carried_results on members.member_key = carried_results.member_key
    where
        members.vocabulary = 'result'
        and members.member is not null
        and (members.status = 'codebook' or carried_results.outcomes >= {{ least_observed() }})
),

open_members as (
    {% for cte in ['open_alone', 'open_clusters', 'open_results'] %}
    select
        vocabulary,
        scope_member,
        member,
        slug,
        label_hash,
        label,
        status,
        code,
        number,
        programme
    from {{ cte }}
    {{ "union all" if not loop.last }}
    {% endfor %}
),

-- keyed anew among themselves: a member not shown leaves no trace in the key of one that is
{{ member_keys('open_members') }},

dimension_members as (
    select * from members
    where vocabulary in {{ in_list(dimension_vocabularies()) }}
),

withheld as (
    {% for vocabulary in dimension_vocabularies() %}
    select '{{ vocabulary }}' as vocabulary
    {{ "union all" if not loop.last }}
    {% endfor %}
),

final as (
    select
        dimension_members.vocabulary,
        dimension_members.member_key,
        case
            when dimension_members.status = 'not_coded' then {{ not_coded() }}
            else coalesce(keyed.member_key, {{ withheld() }})
        end as open_key,
        dimension_members.status = 'not_coded' or keyed.member_key is not null as is_open,
        coalesce(keyed.scope_key, dimension_members.scope_key) as scope_key,
        dimension_members.scope_label,
        dimension_members.label,
        dimension_members.status,
        dimension_members.code,
        dimension_members.number,
        dimension_members.programme
    from dimension_members
    left join keyed
        on
            dimension_members.vocabulary = keyed.vocabulary
            and dimension_members.member = keyed.member
            and dimension_members.scope_member is not distinct from keyed.scope_member
    union all
    select
        vocabulary,
        {{ withheld() }} as member_key,
        {{ withheld() }} as open_key,
        true as is_open,
        case when vocabulary in ('change_type', 'result') then {{ withheld() }} end as scope_key,
        case when vocabulary in ('change_type', 'result') then 'withheld' end as scope_label,
        'withheld' as label,
        'withheld' as status,
        null as code,
        null as number,
        null as programme
    from withheld
)

select * from final
