-- grain: one planned contact of inside sales
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

assignments as (

    select * from {{ ref('int_inside_sales__assignment') }}

    where rep_id is not null

),

customers as (

    select * from {{ ref('int_inside_sales__customer') }}

    where contacts_per_year > 0

),

last_contacts as (

    select * from {{ ref('int_small_customer__contact_measure') }}

),

-- Who waited longest comes first, who was never contacted before all.
waiting as (

    select
        assignments.quarter_start_date,
        assignments.customer_id,
        assignments.rep_id,
        customers.contacts_per_year,
        last_contacts.last_outbound_date as last_contact_date,
        row_number() over (
            partition by assignments.quarter_start_date, assignments.rep_id, customers.contacts_per_year
            order by last_contacts.last_outbound_date asc nulls first, assignments.customer_id asc
        ) - 1 as position,
        count(*) over (
            partition by assignments.quarter_start_date, assignments.rep_id, customers.contacts_per_year
        ) as customer_count

    from assignments

    inner join customers
        on assignments.quarter_start_date = customers.quarter_start_date
        and assignments.customer_id = customers.customer_id

    left join last_contacts
        on assignments.quarter_start_date = last_contacts.quarter_start_date
        and assignments.customer_id = last_contacts.customer_id

),

by_rep as (

    select
        waiting.quarter_start_date,
        waiting.rep_id,
        sum(waiting.contacts_per_year) as contacts_per_year,
        max(policy.working_days_per_year) as working_days_per_year,
        max(policy.inside_call_list_days) as inside_call_list_days,
        max(policy.inside_contacts_per_day_low) as contacts_per_day_low,
        max(policy.inside_contacts_per_day_high) as contacts_per_day_high

    from waiting

    inner join policy
        on waiting.quarter_start_date = policy.quarter_start_date

    group by waiting.quarter_start_date, waiting.rep_id

),

-- A day's list is the mean of the days, but no shorter than the range of contacts a day begins: who has less to do makes
-- calls on fewer days.
paced as (

    select
        *,
        least(
            greatest(
                {{ floor_quotient('(contacts_per_year + working_days_per_year - 1)', 'working_days_per_year') }},
                contacts_per_day_low
            ),
            contacts_per_day_high
        ) as contacts_per_day

    from by_rep

),

last_rounds as (

    select cast(coalesce(max(floor(paced.inside_call_list_days * 1.0 * waiting.contacts_per_year / paced.working_days_per_year)), 0) as integer) as last_round

    from waiting

    inner join paced
        on waiting.quarter_start_date = paced.quarter_start_date
        and waiting.rep_id = paced.rep_id

),

rounds as (

    select {{ each_integer('0', 'last_round') }} as round_number

    from last_rounds

),

-- The customers of one frequency are spread evenly over the interval between two contacts, and again from there on. Due
-- in millionths of a working day; the first contact of each customer is planned also beyond the list.
due as (

    select
        waiting.quarter_start_date,
        waiting.customer_id,
        waiting.rep_id,
        waiting.last_contact_date,
        rounds.round_number,
        paced.contacts_per_year,
        paced.working_days_per_year,
        paced.contacts_per_day,
        paced.inside_call_list_days,
        {{ floor_quotient(
            'cast(waiting.position + rounds.round_number * waiting.customer_count as bigint)'
            ~ ' * paced.working_days_per_year * 1000000',
            '(waiting.contacts_per_year * waiting.customer_count)',
        ) }} as due_position

    from waiting

    inner join paced
        on waiting.quarter_start_date = paced.quarter_start_date
        and waiting.rep_id = paced.rep_id

    cross join rounds

),

in_order as (

    select
        *,
        due_position < cast(inside_call_list_days as bigint) * 1000000 as is_within_list,
        row_number() over (
            partition by quarter_start_date, rep_id
            order by due_position asc, customer_id asc, round_number asc
        ) - 1 as call_position

    from due

    where round_number = 0 or due_position < cast(inside_call_list_days as bigint) * 1000000

),

batched as (

    select
        *,
        {{ floor_quotient('call_position', 'contacts_per_day') }} as batch_number

    from in_order

),

dated as (

    select
        *,
        cast(
            case
                when is_within_list
                    then {{ floor_quotient(
                        'batch_number * contacts_per_day * working_days_per_year', 'contacts_per_year'
                    ) }}
                else {{ floor_quotient('due_position', '1000000') }}
            end as integer
        ) as day_index

    from batched

),

final as (

    select
        dated.quarter_start_date,
        dated.rep_id,
        dated.customer_id,
        dated.round_number,
        {{ working_day_after('quarters.as_of_date', '(dated.day_index + 1)') }} as contact_date,
        cast(dated.call_position - dated.batch_number * dated.contacts_per_day + 1 as integer) as call_number,
        dated.last_contact_date,
        dated.is_within_list and dated.day_index < dated.inside_call_list_days as is_on_list

    from dated

    inner join quarters
        on dated.quarter_start_date = quarters.quarter_start_date

)

select * from final
