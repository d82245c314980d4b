{# A wording is two words side by side. Two outcomes are compared where they have three of the
   rarest wordings of both in common, each two of which stand together in few descriptions; where
   either is short, two of them. #}
{%- set rarest = 12 -%}
{%- set most_sharers = 20 -%}
{%- set least_blocks = 3 -%}
{%- set short = 6 -%}
{#- beyond any description; composing a run of accents takes the square of its length -#}
{%- set most_characters = 10000 -%}

with outcomes as (
    select * from {{ ref('int_outcomes') }}
),

fragments as (
    select * from {{ ref('stg_fragments') }}
),

narratives as (
    select * from {{ ref('stg_narratives') }}
),

described as (
    select
        outcomes.fragment_key,
        outcomes.outcome_key,
        fragments.alike_key,
        fragments.harvest_member,
        fragments.geography_member,
        narratives.description,
        {{ mark_count('narratives.description') }} as marks,
        cast(
            row_number() over (
                order by fragments.harvest_number nulls first, outcomes.fragment_key
            ) as integer
        ) as place
    from outcomes
    inner join fragments on outcomes.fragment_key = fragments.fragment_key
    inner join narratives on outcomes.fragment_key = narratives.fragment_key
),

-- the first of those with the same letters and digits speaks for all of them
grouped as (
    select
        described.*,
        min(place) over (partition by alike_key, marks) as first_place
    from described
),

texts as (
    select
        place,
        marks,
        {{ words_of('substr(description, 1, ' ~ most_characters ~ ')') }} as words
    from grouped
    where place = first_place
),

couples as (
    select
        place,
        {{ unnested(neighbours('words')) }} as couple
    from texts
),

wordings as (
    select
        place,
        {{ number_of('couple') }} as wording
    from couples
),

sharers as (
    select
        wording,
        cast(count(*) as integer) as sharers
    from wordings
    group by wording
),

corpus as (
    select cast(count(*) as double) as texts
    from texts
),

-- rare wordings count more; whole numbers, so that sums are exact in any order
weights as (
    select
        sharers.wording,
        sharers.sharers,
        cast(
            round(1000 * power(ln(corpus.texts / greatest(sharers.sharers - 1, 1)), 2)) as integer
        ) as weight
    from sharers
    cross join corpus
),

weighted as (
    select
        wordings.place,
        wordings.wording,
        weights.sharers,
        weights.weight
    from wordings
    inner join weights on wordings.wording = weights.wording
),

-- a mark hides words that nobody else is known to have
totals as (
    select
        texts.place,
        count(*) as wordings,
        sum(weighted.weight) as readable_weight,
        sum(weighted.weight)
        + min(texts.marks) * min(cast(round(1000 * power(ln(corpus.texts), 2)) as bigint))
            as weight
    from texts
    cross join corpus
    inner join weighted on texts.place = weighted.place
    group by texts.place
),

ranked as (
    select
        place,
        wording,
        row_number() over (partition by place order by sharers, wording) as rarity
    from weighted
    where sharers > 1
),

rare_wordings as (
    select
        place,
        wording
    from ranked
    where rarity <= {{ rarest }}
),

-- the sum stands for the two wordings: numbers so large hardly ever add up to the same
blocks as (
    select
        one.place,
        one.wording + other.wording as block
    from rare_wordings as one
    inner join rare_wordings as other
        on
            one.place = other.place
            and one.wording < other.wording
),

small_blocks as (
    select block
    from blocks
    group by block
    having count(*) between 2 and {{ most_sharers }}
),

members as (
    select
        blocks.place,
        blocks.block
    from blocks
    inner join small_blocks on blocks.block = small_blocks.block
),

encounters as (
    select
        one.place,
        other.place as other_place,
        count(*) as blocks
    from members as one
    inner join members as other
        on
            one.block = other.block
            and one.place < other.place
    group by one.place, other.place
),

candidates as (
    select
        encounters.place,
        encounters.other_place
    from encounters
    inner join totals on encounters.place = totals.place
    inner join totals as other_totals on encounters.other_place = other_totals.place
    where
        encounters.blocks >= {{ least_blocks }}
        or least(totals.wordings, other_totals.wordings) <= {{ short }}
),

agreements as (
    select
        candidates.place,
        candidates.other_place,
        sum(one.weight) as weight
    from candidates
    inner join weighted as one on candidates.place = one.place
    inner join weighted as other
        on
            candidates.other_place = other.place
            and one.wording = other.wording
    where one.sharers > 1
    group by candidates.place, candidates.other_place
),

alike as (
    select
        agreements.place,
        agreements.other_place,
        cast(agreements.weight as double) / totals.weight as share,
        cast(agreements.weight as double) / other_totals.weight as other_share,
        false as is_same_text
    from agreements
    inner join totals on agreements.place = totals.place
    inner join totals as other_totals on agreements.other_place = other_totals.place
),

same as (
    select
        grouped.first_place as place,
        grouped.place as other_place,
        case
            when grouped.marks = 0 then 1
            else coalesce(cast(totals.readable_weight as double) / totals.weight, 0)
        end as share,
        grouped.marks = 0 as is_same_text
    from grouped
    left join totals on grouped.first_place = totals.place
    where grouped.place > grouped.first_place
),

pairs as (
    select
        place,
        other_place,
        share,
        other_share,
        is_same_text
    from alike
    union all
    select
        place,
        other_place,
        share,
        share as other_share,
        is_same_text
    from same
),

scored as (
    select
        pairs.*,
        round((share + other_share) / 2, 4) as score
    from pairs
),

final as (
    select
        one.fragment_key,
        one.outcome_key,
        other.fragment_key as other_fragment_key,
        other.outcome_key as other_outcome_key,
        scored.score,
        case
            when scored.is_same_text then 'same text'
            when
                greatest(scored.share, scored.other_share) >= 0.9
                and least(scored.share, scored.other_share) < 0.9
                then 'one holds the other'
            else 'most wordings shared'
        end as reason,
        one.harvest_member = other.harvest_member as same_harvest,
        one.geography_member = other.geography_member as same_geography
    from scored
    inner join grouped as one on scored.place = one.place
    inner join grouped as other on scored.other_place = other.place
    where scored.score >= {{ var('near_duplicate_score') }}
)

select * from final
