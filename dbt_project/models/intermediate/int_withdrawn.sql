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

-- two outcomes at least make a delivery that can be delivered again
files as (
    select
        file_order,
        sum(outcomes) as outcomes
    from kinds_in_files
    group by file_order
    having sum(outcomes) >= 2
),

newest_file as (
    select max(file_order) as file_order
    from kinds_in_files
),

-- what no newest file holds may have been withdrawn
lost as (
    select
        kinds_in_files.kind,
        kinds_in_files.last_file,
        kinds_in_files.file_order
    from kinds_in_files
    inner join files on kinds_in_files.file_order = files.file_order
    inner join newest_file on kinds_in_files.last_file < newest_file.file_order
),

losing_files as (
    select
        lost.file_order,
        files.outcomes,
        min(lost.last_file) as first_loss
    from lost
    inner join files on lost.file_order = files.file_order
    group by lost.file_order, files.outcomes
),

deliveries_again as (
    select
        losing_files.file_order,
        again.file_order as again_in
    from losing_files
    inner join kinds_in_files as held on losing_files.file_order = held.file_order
    inner join kinds_in_files as again
        on held.kind = again.kind and losing_files.first_loss < again.file_order
    inner join files on again.file_order = files.file_order
    group by losing_files.file_order, losing_files.outcomes, again.file_order
    having
        sum(held.outcomes) >= 2
        and 2 * sum(held.outcomes) >= losing_files.outcomes
),

withdrawn_kinds as (
    select
        lost.kind,
        min(deliveries_again.again_in) as file_order
    from lost
    inner join deliveries_again
        on
            lost.file_order = deliveries_again.file_order
            and lost.last_file < deliveries_again.again_in
    group by lost.kind
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
