{#- Counts, which of them are shown, and which need cover from which: see docs/open-edition.md. -#}
{%- set k = least_carried() -%}

with outcomes as (
    select * from {{ ref('int_countable_outcomes') }}
),

members as (
    select * from {{ ref('int_countable_members') }}
),

previous_cells as (
    select * from {{ ref('int_previous_open_cells') }}
),

previous_breakdowns as (
    select distinct breakdown
    from previous_cells
),

-- one dimension

counted_members as (
    {% for vocabulary in counted_alone() + ['year'] %}
    select
        '{{ vocabulary }}' as breakdown,
        {{ key_of(vocabulary) }} as member_key,
        count(*) as outcomes
    from outcomes
    group by {{ key_of(vocabulary) }}
    union all
    {% endfor %}
    select
        vocabulary as breakdown,
        member_key,
        count(*) as outcomes
    from members
    group by vocabulary, member_key
),

member_cells as (
    select
        counted_members.breakdown,
        counted_members.member_key,
        counted_members.outcomes,
        counted_members.outcomes < {{ k }} as is_small,
        counted_members.outcomes < {{ k }} or counted_members.member_key = {{ withheld() }}
            as is_never_shown,
        coalesce(previous_cells.outcomes, 0) as previous_outcomes,
        coalesce(previous_cells.is_shown, false) as was_shown
    from counted_members
    left join previous_cells
        on
            counted_members.breakdown = previous_cells.breakdown
            and counted_members.member_key = previous_cells.member_key
            and previous_cells.geography_key is null
),

-- what is missing to a total must not itself be a small count
missing as (
    select
        breakdown,
        sum(case when is_never_shown then outcomes else 0 end) between 1 and {{ k | int - 1 }}
            as needs_cover,
        max(case when is_small and outcomes = previous_outcomes then 1 else 0 end) = 1
            as has_unchanged,
        -- told before, it is told for ever
        max(case when is_small and outcomes = previous_outcomes and was_shown then 1 else 0 end) = 1
            as is_told
    from member_cells
    group by breakdown
),

covers as (
    select
        member_cells.breakdown,
        member_cells.member_key,
        row_number() over (
            partition by member_cells.breakdown
            order by
                case when member_cells.was_shown then 1 else 0 end,
                member_cells.outcomes,
                member_cells.member_key
        ) as place
    from member_cells
    inner join missing on member_cells.breakdown = missing.breakdown
    where
        missing.needs_cover
        and not member_cells.is_never_shown
        and not (missing.has_unchanged and member_cells.was_shown)
),

unprotected_breakdowns as (
    select missing.breakdown
    from missing
    left join covers on missing.breakdown = covers.breakdown and covers.place = 1
    left join member_cells
        on missing.breakdown = member_cells.breakdown and not member_cells.is_never_shown
    group by missing.breakdown
    having
        max(case when missing.is_told then 1 else 0 end) = 1
        -- with nothing shown there is nothing to compute from
        or (
            max(case when missing.needs_cover then 1 else 0 end) = 1
            and count(member_cells.member_key) > 0
            and count(covers.member_key) = 0
        )
),

judged_members as (
    select
        member_cells.breakdown,
        member_cells.member_key,
        member_cells.outcomes,
        member_cells.is_small,
        member_cells.is_never_shown,
        covers.member_key is not null as is_cover,
        unprotected_breakdowns.breakdown is not null as is_due_to_previous,
        unprotected_breakdowns.breakdown is null as is_published,
        not member_cells.is_never_shown
        and covers.member_key is null
        and unprotected_breakdowns.breakdown is null as is_shown,
        member_cells.member_key = {{ withheld() }}
        and member_cells.breakdown not in {{ in_list(counted_severally()) }}
        and sum(
            case
                when member_cells.is_never_shown or covers.member_key is not null then 1
                else 0
            end
        ) over (partition by member_cells.breakdown) = 1 as is_rest
    from member_cells
    left join covers
        on
            member_cells.breakdown = covers.breakdown
            and member_cells.member_key = covers.member_key
            and covers.place = 1
    left join unprotected_breakdowns
        on member_cells.breakdown = unprotected_breakdowns.breakdown
),

-- geography and one more: every pair of members, counted or not. What has no name is not listed;
-- where it is all that is missing to a total, it is the rest of a row or column

counted_pairs as (
    {% for vocabulary in ['year', 'harvest'] %}
    select
        '{{ vocabulary }}' as dimension,
        geography_key,
        {{ key_of(vocabulary) }} as member_key,
        count(*) as outcomes
    from outcomes
    group by geography_key, {{ key_of(vocabulary) }}
    union all
    {% endfor %}
    select
        'objective' as dimension,
        outcomes.geography_key,
        members.member_key,
        count(*) as outcomes
    from members
    inner join outcomes on members.fragment_key = outcomes.fragment_key
    where members.vocabulary = 'objective'
    group by outcomes.geography_key, members.member_key
),

pairs as (
    select
        'geography_' || others.breakdown as breakdown,
        geographies.member_key as geography_key,
        others.member_key,
        coalesce(counted_pairs.outcomes, 0) as outcomes,
        geographies.is_shown and others.is_shown as is_of_shown,
        geographies.is_published
        and others.is_published
        and not geographies.is_never_shown
        and not others.is_never_shown as is_listed,
        geographies.is_published
        and others.is_published
        and (geographies.is_rest or others.is_rest)
        and (geographies.is_rest or geographies.is_shown)
        and (others.is_rest or others.is_shown) as is_rest,
        others.is_small
        or others.member_key = {{ withheld() }}
        or (others.breakdown = 'year' and others.member_key = {{ not_coded() }}) as is_member_hidden
    from judged_members as geographies
    inner join judged_members as others
        on
            geographies.breakdown = 'geography'
            and others.breakdown in {{ in_list(counted_by_geography()) }}
    left join counted_pairs
        on
            others.breakdown = counted_pairs.dimension
            and geographies.member_key = counted_pairs.geography_key
            and others.member_key = counted_pairs.member_key
),

pair_cells as (
    select
        pairs.breakdown,
        pairs.geography_key,
        pairs.member_key,
        pairs.outcomes,
        pairs.is_listed,
        (pairs.is_listed or pairs.is_rest)
        and pairs.outcomes between 1 and {{ k | int - 1 }} as is_small,
        pairs.is_of_shown and pairs.outcomes >= {{ k }} as is_large,
        pairs.is_member_hidden
        or ((pairs.is_listed or pairs.is_rest) and pairs.outcomes < {{ k }})
            as is_hidden_in_rows,
        previous_breakdowns.breakdown is not null as was_counted,
        coalesce(previous_cells.outcomes, 0) as previous_outcomes,
        coalesce(previous_cells.is_shown, false) as was_shown,
        coalesce(previous_cells.is_hidden_in_rows, false) as was_hidden_in_rows
    from pairs
    left join previous_breakdowns on pairs.breakdown = previous_breakdowns.breakdown
    left join previous_cells
        on
            pairs.breakdown = previous_cells.breakdown
            and pairs.geography_key = previous_cells.geography_key
            and pairs.member_key = previous_cells.member_key
),

small_pairs as (
    select * from pair_cells
    where is_small
),

{# An exchange takes one outcome out of each of two cells in opposite corners of a rectangle and
   puts it into the other two. It shows nowhere if all four are not shown and both rows hide the
   member. 'down': out of the small cell and its opposite; 'up': out of the other two. -#}
rectangles as (
    select
        small_pairs.breakdown,
        small_pairs.geography_key,
        small_pairs.member_key,
        opposites.geography_key as other_geography_key,
        opposites.member_key as other_member_key,
        small_pairs.outcomes as small_outcomes,
        small_pairs.previous_outcomes as previous_small_outcomes,
        small_pairs.was_hidden_in_rows as was_small_hidden,
        opposites.outcomes as opposite_outcomes,
        opposites.previous_outcomes as previous_opposite_outcomes,
        opposites.is_hidden_in_rows as is_opposite_hidden,
        opposites.was_hidden_in_rows as was_opposite_hidden,
        sides.outcomes as side_outcomes,
        sides.previous_outcomes as previous_side_outcomes,
        sides.is_hidden_in_rows as is_side_hidden,
        sides.was_hidden_in_rows as was_side_hidden,
        ends.outcomes as end_outcomes,
        ends.previous_outcomes as previous_end_outcomes,
        ends.is_hidden_in_rows as is_end_hidden,
        ends.was_hidden_in_rows as was_end_hidden,
        small_pairs.was_counted,
        small_pairs.was_shown or opposites.was_shown or sides.was_shown or ends.was_shown
            as was_any_shown,
        case when opposites.is_large then opposites.outcomes else 0 end
        + case when sides.is_large then sides.outcomes else 0 end
        + case when ends.is_large then ends.outcomes else 0 end as newly_withheld,
        opposites.geography_key = {{ withheld() }} as is_other_geography_withheld
    from small_pairs
    inner join pair_cells as opposites
        on
            small_pairs.breakdown = opposites.breakdown
            and small_pairs.geography_key <> opposites.geography_key
            and small_pairs.member_key <> opposites.member_key
    inner join pair_cells as sides
        on
            small_pairs.breakdown = sides.breakdown
            and small_pairs.geography_key = sides.geography_key
            and opposites.member_key = sides.member_key
    inner join pair_cells as ends
        on
            small_pairs.breakdown = ends.breakdown
            and opposites.geography_key = ends.geography_key
            and small_pairs.member_key = ends.member_key
),

exchanges as (
    select
        breakdown,
        geography_key,
        member_key,
        other_geography_key,
        other_member_key,
        'down' as direction,
        newly_withheld
        + case when is_opposite_hidden then 0 else 2 * opposite_outcomes end as price,
        not was_counted
        or (
            small_outcomes > previous_small_outcomes
            and opposite_outcomes > previous_opposite_outcomes
        )
        or (
            previous_small_outcomes >= 1
            and previous_opposite_outcomes >= 1
            and was_small_hidden
            and was_opposite_hidden
            and not was_any_shown
        ) as is_possible_before
    from rectangles
    where
        opposite_outcomes >= 1
        and (is_opposite_hidden or not is_other_geography_withheld)
    union all
    select
        breakdown,
        geography_key,
        member_key,
        other_geography_key,
        other_member_key,
        'up' as direction,
        newly_withheld
        + case when is_side_hidden then 0 else 2 * side_outcomes end
        + case when is_end_hidden then 0 else 2 * end_outcomes end as price,
        not was_counted
        or (
            side_outcomes > previous_side_outcomes
            and end_outcomes > previous_end_outcomes
        )
        or (
            previous_side_outcomes >= 1
            and previous_end_outcomes >= 1
            and was_side_hidden
            and was_end_hidden
            and not was_any_shown
        ) as is_possible_before
    from rectangles
    where
        side_outcomes >= 1
        and end_outcomes >= 1
        and (is_end_hidden or not is_other_geography_withheld)
),

ranked_exchanges as (
    select
        exchanges.*,
        row_number() over (
            partition by breakdown, geography_key, member_key
            order by
                case when is_possible_before then 0 else 1 end,
                price,
                direction,
                other_geography_key,
                other_member_key
        ) as place,
        price > min(price) over (partition by breakdown, geography_key, member_key)
            as is_due_to_previous
    from exchanges
),

chosen_exchanges as (
    select * from ranked_exchanges
    where place = 1 and is_possible_before
),

unprotected_pairs as (
    select small_pairs.breakdown
    from small_pairs
    left join chosen_exchanges
        on
            small_pairs.breakdown = chosen_exchanges.breakdown
            and small_pairs.geography_key = chosen_exchanges.geography_key
            and small_pairs.member_key = chosen_exchanges.member_key
    where
        chosen_exchanges.breakdown is null
        or (small_pairs.was_shown and small_pairs.outcomes = small_pairs.previous_outcomes)
    group by small_pairs.breakdown
),

corners as (
    select
        breakdown,
        other_geography_key as geography_key,
        other_member_key as member_key,
        direction = 'down' as gives,
        is_due_to_previous
    from chosen_exchanges
    union all
    select
        breakdown,
        geography_key,
        other_member_key as member_key,
        direction = 'up' as gives,
        is_due_to_previous
    from chosen_exchanges
    union all
    select
        breakdown,
        other_geography_key as geography_key,
        member_key,
        direction = 'up' as gives,
        is_due_to_previous
    from chosen_exchanges
),

pair_covers as (
    select
        breakdown,
        geography_key,
        member_key,
        {{ any_true('gives') }} as gives,
        not {{ any_true('not is_due_to_previous') }} as is_due_to_previous
    from corners
    group by breakdown, geography_key, member_key
),

judged_pairs as (
    select
        pair_cells.breakdown,
        pair_cells.geography_key,
        pair_cells.member_key,
        pair_cells.outcomes,
        pair_cells.is_listed and unprotected_pairs.breakdown is null as is_listed,
        pair_cells.is_small,
        pair_cells.is_large and pair_covers.breakdown is not null as is_cover,
        coalesce(pair_covers.is_due_to_previous, false)
        or (unprotected_pairs.breakdown is not null and pair_cells.was_counted)
            as is_due_to_previous,
        pair_cells.is_hidden_in_rows or coalesce(pair_covers.gives, false) as is_hidden_in_rows,
        pair_cells.is_large
        and pair_covers.breakdown is null
        and unprotected_pairs.breakdown is null as is_shown
    from pair_cells
    left join unprotected_pairs on pair_cells.breakdown = unprotected_pairs.breakdown
    left join pair_covers
        on
            pair_cells.breakdown = pair_covers.breakdown
            and pair_cells.geography_key = pair_covers.geography_key
            and pair_cells.member_key = pair_covers.member_key
),

total as (
    select count(*) as outcomes
    from outcomes
),

final as (
    select
        'total' as breakdown,
        cast(null as {{ text_type() }}) as geography_key,
        cast(null as {{ text_type() }}) as member_key,
        outcomes,
        true as is_listed,
        outcomes >= {{ k }} as is_shown,
        outcomes between 1 and {{ k | int - 1 }} as is_small,
        false as is_cover,
        false as is_due_to_previous,
        false as is_hidden_in_rows
    from total
    union all
    select
        breakdown,
        null as geography_key,
        member_key,
        outcomes,
        is_published as is_listed,
        is_shown,
        is_small,
        is_cover,
        is_due_to_previous,
        is_small as is_hidden_in_rows
    from judged_members
    union all
    select
        breakdown,
        geography_key,
        member_key,
        outcomes,
        is_listed,
        is_shown,
        is_small,
        is_cover,
        is_due_to_previous,
        is_hidden_in_rows
    from judged_pairs
)

select * from final
