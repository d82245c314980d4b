{# The CTEs that give every row of the CTE `members` its readable key; the last is called `keyed`.

   A key is the slug of the label. Where two members of one vocabulary (types within their
   cluster, results within their geography) share a slug, or the slug is reserved, all of them get
   the label's hash behind it. A type has its cluster's key before its own, a result its
   geography's. Keys that coincide even so get the hash once more. #}
{% macro member_keys(members) -%}
    {%- set reserved = '(' ~ not_coded() ~ ', ' ~ withheld() ~ ')' -%}
    slugged as (
        select
            {{ members }}.*,
            case
                when
                    slug in {{ reserved }}
                    or count(*) over (partition by vocabulary, scope_member, slug) > 1
                    then slug || '_' || label_hash
                else slug
            end as slug_key
        from {{ members }}
    ),

    owned as (
        select
            slugged.*,
            case
                when count(*) over (partition by vocabulary, scope_member, slug_key) > 1
                    then slug_key || '_' || label_hash
                else slug_key
            end as own_key
        from slugged
    ),

    composed as (
        select
            owned.*,
            scopes.label as scope_label,
            case
                when owned.vocabulary in ('change_type', 'result')
                    then coalesce(scopes.own_key, {{ not_coded() }})
            end as scope_key,
            case
                when owned.vocabulary in ('change_type', 'result')
                    then coalesce(scopes.own_key, {{ not_coded() }}) || '_' || owned.own_key
                else owned.own_key
            end as composed_key
        from owned
        left join owned as scopes
            on
                owned.scope_member = scopes.member
                and scopes.vocabulary = case owned.vocabulary
                    when 'change_type' then 'change_cluster'
                    when 'result' then 'geography'
                end
    ),

    keyed as (
        select
            vocabulary,
            scope_member,
            member,
            slug,
            label_hash,
            scope_key,
            scope_label,
            label,
            status,
            code,
            number,
            programme,
            case
                when
                    vocabulary in ('change_type', 'result')
                    and (
                        composed_key in {{ reserved }}
                        or count(*) over (partition by vocabulary, composed_key) > 1
                    )
                    then composed_key || '_' || label_hash
                else composed_key
            end as member_key
        from composed
    )
{%- endmacro %}
