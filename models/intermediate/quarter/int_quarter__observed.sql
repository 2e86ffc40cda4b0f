-- grain: one quarter of the run, or one before it that its estimates are learned or tested from
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

backtests as (

    select * from {{ ref('int_quarter__backtest') }}

),

first_posting as (

    select {{ quarter_index_of('min(posting_date)') }} as first_quarter_index

    from {{ ref('input_layer__invoice_line') }}

),

estimated_in as (

    select
        quarter_index,
        case when is_provisional then quarter_index - 1 else quarter_index end as closed_quarter_index

    from quarters

    union distinct

    select
        outcome_quarter_index as quarter_index,
        outcome_quarter_index as closed_quarter_index

    from backtests

    union distinct

    select
        origin_quarter_index as quarter_index,
        origin_quarter_index as closed_quarter_index

    from backtests

),

-- A model is trained at the end of a calendar year and serves until the next: the last fourth quarter that is closed.
with_training as (

    select
        quarter_index,
        closed_quarter_index - closed_quarter_index % 4 as training_quarter_index

    from estimated_in

),

needed as (

    select quarter_index from with_training

    union distinct

    select training_quarter_index as quarter_index from with_training

),

-- Before the first posting nothing is known that could be learned or tested from.
earlier as (

    select
        needed.quarter_index,
        {{ quarter_start_of_index('needed.quarter_index') }} as quarter_start_date,
        {{ add_days(quarter_start_of_index('(needed.quarter_index + 1)'), -1) }} as as_of_date

    from needed

    cross join first_posting

    left join quarters
        on needed.quarter_index = quarters.quarter_index

    where quarters.quarter_index is null and needed.quarter_index >= first_posting.first_quarter_index

),

observed as (

    select
        quarter_index,
        quarter_start_date,
        as_of_date,
        trailing_start_date,
        is_provisional,
        true as is_in_run

    from quarters

    union all

    select
        cast(quarter_index as integer) as quarter_index,
        quarter_start_date,
        as_of_date,
        {{ first_day_of_months_ending('as_of_date', 12) }} as trailing_start_date,
        false as is_provisional,
        false as is_in_run

    from earlier

),

final as (

    select
        observed.*,
        {{ quarter_start_of_index(
            '(coalesce(with_training.training_quarter_index, observed.quarter_index))'
        ) }} as training_quarter_start_date

    from observed

    left join with_training
        on observed.quarter_index = with_training.quarter_index

)

select * from final
