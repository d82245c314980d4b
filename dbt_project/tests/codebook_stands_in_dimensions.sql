{{ config(meta={'dagster': {'ref': {'name': 'int_members'}}}) }}
{#- vocabulary, seed, and where its label stands -#}
{%- set listed = [
    ('outcome_status', 'outcome_statuses'),
    ('harvest', 'harvests'),
    ('geography', 'geographies'),
    ('objective', 'objectives'),
    ('social_actor', 'social_actors'),
    ('scale', 'scales'),
    ('significance', 'significance'),
    ('contribution', 'contribution'),
    ('change_type', 'change_types'),
    ('result', 'results'),
    ('agreement', 'agreements'),
    ('substantiator_role', 'substantiator_roles'),
] %}
-- Every listed member stands in its dimension, used or not; an empty build has none to list.
with members as (
    select * from {{ ref('int_members') }}
    where status = 'codebook'
),

any_member as (
    select count(*) as members
    from members
),

listed as (
    {% for vocabulary, seed in listed %}
    select
        '{{ vocabulary }}' as vocabulary,
        trim(label) as label
    from {{ ref(seed) }}
    {{ "union all" if not loop.last }}
    {% endfor %}
),

final as (
    select
        listed.vocabulary,
        listed.label
    from listed
    cross join any_member
    left join members
        on listed.vocabulary = members.vocabulary and listed.label = members.label
    where members.label is null and any_member.members > 0
)

select * from final
