-- Inputs of the gradient boosting for as many customers as are asked for, made of those of a finished run; views for
-- potential_scale.py. The warehouse's schemas and the variable `customers` are there before.

-- The latest year that a model was trained on: its customers at the training quarter, in the order of the models.
create temp table latest as
select max(training_quarter_start_date) as training_quarter_start_date from intermediate.int_potential__training;

create temp table original as
select
    features.*,
    row_number() over (order by features.profile_number) - 1 as customer_number
from intermediate.int_potential__feature as features
inner join latest on features.training_quarter_start_date = latest.training_quarter_start_date
where features.is_at_training_quarter;

create temp table customer_count as select count(*) as customer_count from original;

create temp table text_count as select max(text_number) as text_count from intermediate.int_potential__website_text;

-- Customer n is original n modulo their number, in its n-th repetition: a size between 0.8 and 1.2 of the original's.
create temp view repeated as
select
    original.*,
    numbers.number,
    numbers.repetition,
    0.8 + 0.4 * (hash(numbers.number) % 1000) / 1000 as size_ratio
from (
    select
        range as number,
        range // customer_count as repetition,
        range % customer_count as customer_number
    from range(cast(getvariable('customers') as bigint))
    cross join customer_count
) as numbers
inner join original on numbers.customer_number = original.customer_number;

-- At the training quarter and again in the quarter that is estimated, with two employees more.
create temp view scaled_rows as
select
    row_number() over (
        order by repeated.peer_industry, repeated.employee_count * repeated.size_ratio, repeated.number, quarters.later
    ) as estimate_number,
    repeated.training_quarter_start_date,
    quarters.later = 0 as is_at_training_quarter,
    case when quarters.later = 0 then cast(repeated.training_amount * repeated.size_ratio as decimal(18, 2)) end as training_amount,
    cast(hash(repeated.number + 1) % 3 as integer) as fold,
    hash(repeated.number + 2) % 5 = 0 as is_calibration,
    repeated.peer_industry,
    repeated.region,
    cast(ceil(repeated.employee_count * repeated.size_ratio) as bigint) + 2 * quarters.later as employee_count,
    cast(repeated.annual_revenue_amount * repeated.size_ratio as decimal(18, 2)) as annual_revenue_amount,
    repeated.tenure_years,
    repeated.text_number + repeated.repetition * text_count.text_count as text_number,
    repeated.comparable_number
from repeated
cross join text_count
cross join (select unnest([0, 1]) as later) as quarters
order by estimate_number;

create temp view scaled_texts as
select
    texts.text_number + repetitions.repetition * text_count.text_count as text_number,
    texts.website_text
    || ' word'
    || chr(cast(97 + repetitions.repetition % 26 as integer))
    || chr(cast(97 + texts.text_number % 26 as integer)) as website_text
from intermediate.int_potential__website_text as texts
cross join text_count
cross join (select distinct repetition from repeated) as repetitions
order by text_number;

create temp view scaled_comparables as
select comparables.*
from intermediate.int_potential__comparable_purchase as comparables
inner join latest on comparables.training_quarter_start_date = latest.training_quarter_start_date
order by comparables.comparable_number, comparables.product_group_rank;

create temp view scaled_trainings as
select trainings.*
from intermediate.int_potential__training as trainings
inner join latest on trainings.training_quarter_start_date = latest.training_quarter_start_date;
