-- grain: one quarter of the run
with

parameter as (

    select * from {{ source('run', 'parameter') }}

),

invoice_line as (

    select * from {{ ref('input_layer__invoice_line') }}

),

posting_range as (

    select
        min(posting_date) as first_posting_date,
        max(posting_date) as last_posting_date

    from invoice_line

),

-- Default range: the quarter of the latest posting and the twelve before it, as far as the data go back.
-- A requested range is kept, but there is no quarter after the latest posting: nothing is known about it.
bounds as (

    select
        posting_range.last_posting_date,
        coalesce(
            {{ quarter_index_of('parameter.first_quarter_start_date') }},
            greatest(
                {{ quarter_index_of('posting_range.last_posting_date') }} - 12,
                {{ quarter_index_of('posting_range.first_posting_date') }}
            )
        ) as first_quarter_index,
        least(
            {{ quarter_index_of('parameter.last_quarter_start_date') }},
            {{ quarter_index_of('posting_range.last_posting_date') }}
        ) as last_quarter_index

    from posting_range

    cross join parameter

    where posting_range.last_posting_date is not null

),

quarter_indexes as (

    select
        last_posting_date,
        {{ each_integer('first_quarter_index', 'last_quarter_index') }} as quarter_index

    from bounds

    where first_quarter_index <= last_quarter_index

),

quarters as (

    select
        last_posting_date,
        cast(quarter_index as integer) as quarter_index,
        {{ quarter_start_of_index('quarter_index') }} as quarter_start_date,
        {{ add_days(quarter_start_of_index('(quarter_index + 1)'), -1) }} as quarter_end_date

    from quarter_indexes

),

counted as (

    select
        *,
        least(quarter_end_date, last_posting_date) as as_of_date

    from quarters

),

final as (

    select
        quarter_start_date,
        quarter_end_date,
        concat(extract(year from quarter_start_date), 'Q', extract(quarter from quarter_start_date)) as quarter_label,
        as_of_date,
        {{ first_day_of_months_ending('as_of_date', 12) }} as trailing_start_date,
        {{ add_months('quarter_start_date', -3) }} as previous_quarter_start_date,
        as_of_date < quarter_end_date as is_provisional,
        quarter_index

    from counted

)

select * from final
