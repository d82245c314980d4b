{{ config(meta={'dagster': {'ref': {'name': 'int_members'}}}) }}
{#- vocabulary, and column of substantiations -#}
{%- set answers = [
    ('substantiator_role', 'role_member'),
    ('agreement', 'description_agreement_member'),
    ('agreement', 'contribution_agreement_member'),
] %}
-- Every member that a record names is a member of its vocabulary, so that none turns into
-- not_coded or leaves a bridge.
with fragments as (
    select * from {{ ref('stg_fragments') }}
),

substantiations as (
    select * from {{ ref('stg_substantiations') }}
),

coded_members as (
    select * from {{ ref('stg_coded_members') }}
),

members as (
    select * from {{ ref('int_members') }}
    where member is not null
),

named as (
    {% for vocabulary in single_keys() %}
    select
        '{{ vocabulary }}' as vocabulary,
        cast(null as {{ text_type() }}) as scope_member,
        {{ vocabulary }}_member as member
    from fragments
    where {{ vocabulary }}_member is not null
    group by {{ vocabulary }}_member
    union all
    {% endfor %}
    {% for vocabulary, column in answers %}
    select
        '{{ vocabulary }}' as vocabulary,
        cast(null as {{ text_type() }}) as scope_member,
        {{ column }} as member
    from substantiations
    where {{ column }} is not null
    group by {{ column }}
    union all
    {% endfor %}
    select
        vocabulary,
        scope_member,
        member
    from coded_members
    group by vocabulary, scope_member, member
),

final as (
    select
        named.vocabulary,
        count(*) as unknown
    from named
    left join members
        on
            named.vocabulary = members.vocabulary
            and named.member = members.member
            and named.scope_member is not distinct from members.scope_member
    where members.member is null
    group by named.vocabulary
)

select * from final
