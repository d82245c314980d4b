with versions as (
    select * from {{ ref('int_versions') }}
),

spans as (
    select
        outcome_key,
        min(fragment_key) as outcome_number,
        min(file_order) as first_file,
        max(file_order) as last_file
    from versions
    group by outcome_key
),

places as (
    select distinct
        spans.outcome_number,
        spans.last_file,
        versions.file_order
    from spans
    inner join versions on spans.outcome_key = versions.outcome_key
    where spans.first_file < spans.last_file
),

travels as (
    select
        outcome_number,
        last_file,
        {{ sorted_list('file_order') }} as files
    from places
    group by outcome_number, last_file
),

-- outcomes that lie in the same files are of one kind, called by its first; those that lie in one
-- file alone are of the kind of that file, a number below zero
kinds_of_outcomes as (
    select
        outcome_number,
        last_file,
        min(outcome_number) over (partition by files) as kind
    from travels
    union all
    select
        outcome_number,
        last_file,
        -1 - first_file as kind
    from spans
    where first_file = last_file
),

kinds as (
    select
        kind,
        last_file,
        count(*) as outcomes
    from kinds_of_outcomes
    group by kind, last_file
),

kinds_in_files as (
    select
        kinds.kind,
        kinds.last_file,
        kinds.outcomes,
        places.file_order
    from kinds
    inner join places on kinds.kind = places.outcome_number
    union all
    select
        kind,
        last_file,
        outcomes,
        last_file as file_order
    from kinds
    where kind < 0
),

with_newest as (
    select
        kinds_in_files.*,
        max(file_order) over () as newest_file
    from kinds_in_files
),

-- what the newest file holds was not withdrawn, so only the files with something else are asked
measured as (
    select
        kind,
        last_file,
        outcomes,
        file_order,
        sum(outcomes) over (partition by file_order) as file_outcomes,
        min(case when last_file < newest_file then last_file end) over (
            partition by file_order
        ) as first_loss
    from with_newest
),

-- two outcomes at least make a delivery that can be delivered again
losing as (
    select * from measured
    where first_loss is not null and file_outcomes >= 2
),

deliveries_again as (
    select
        losing.file_order,
        again.file_order as again_in
    from losing
    inner join measured as again
        on losing.kind = again.kind and losing.first_loss < again.file_order
    group by losing.file_order, losing.file_outcomes, again.file_order
    having
        sum(losing.outcomes) >= 2
        and 2 * sum(losing.outcomes) >= losing.file_outcomes
),

withdrawn_kinds as (
    select
        losing.kind,
        min(deliveries_again.again_in) as file_order
    from losing
    inner join deliveries_again
        on
            losing.file_order = deliveries_again.file_order
            and losing.last_file < deliveries_again.again_in
    group by losing.kind
),

final as (
    select
        spans.outcome_key,
        withdrawn_kinds.file_order
    from withdrawn_kinds
    inner join kinds_of_outcomes on withdrawn_kinds.kind = kinds_of_outcomes.kind
    inner join spans on kinds_of_outcomes.outcome_number = spans.outcome_number
)

select * from final
