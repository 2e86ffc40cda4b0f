-- grain: one resource pool (or unmapped cost centre) and month with postings
with

cost_entries as (

    select * from {{ ref('input_layer__cost_entry') }}

),

months as (

    select * from {{ ref('int_cost__month') }}

),

mappings as (

    select * from {{ ref('policy_cost_center_pool') }}

),

resource_pools as (

    select * from {{ ref('int_cost__resource_pool') }}

),

rate_by_day as (

    select * from {{ ref('int_currency__rate_by_day') }}

),

policy as (

    select reporting_currency

    from {{ ref('int_policy__by_quarter') }}

    qualify row_number() over (order by quarter_start_date desc) = 1

),

converted as (

    select
        cost_entries.cost_center,
        cost_entries.gl_account,
        cast({{ dbt.date_trunc('month', 'cost_entries.posting_date') }} as date) as month_start_date,
        {{ convert_to_reporting(
            'cost_entries.amount',
            'cost_entries.currency_code',
            'policy.reporting_currency',
            'rate_by_day.rate_to_reporting',
        ) }} as amount

    from cost_entries

    cross join policy

    left join rate_by_day
        on cost_entries.currency_code = rate_by_day.currency_code
        and cost_entries.posting_date = rate_by_day.rate_date

),

by_account as (

    select
        converted.cost_center,
        converted.gl_account,
        months.month_start_date,
        months.month_end_date,
        count(*) as posting_count,
        sum(converted.amount) as amount

    from converted

    inner join months
        on converted.month_start_date = months.month_start_date

    group by
        converted.cost_center,
        converted.gl_account,
        months.month_start_date,
        months.month_end_date

),

-- A row for the account wins over the row for its cost centre, and a later row over an earlier one.
mapped as (

    select
        by_account.*,
        coalesce(
            mappings.resource_pool,
            resource_pools.resource_pool,
            '__UNMAPPED__:' || by_account.cost_center
        ) as resource_pool,
        mappings.resource_pool is null and resource_pools.resource_pool is null as is_unmapped

    from by_account

    left join mappings
        on by_account.cost_center = mappings.cost_center
        and (mappings.gl_account is null or by_account.gl_account = mappings.gl_account)
        and by_account.month_end_date >= mappings.valid_from

    left join resource_pools
        on by_account.cost_center = resource_pools.resource_pool
        and by_account.month_start_date = resource_pools.month_start_date

    qualify row_number() over (
        partition by by_account.cost_center, by_account.gl_account, by_account.month_start_date
        order by
            case when mappings.gl_account is null then 1 else 0 end,
            mappings.valid_from desc
    ) = 1

),

final as (

    select
        resource_pool,
        month_start_date,
        is_unmapped,
        sum(posting_count) as posting_count,
        cast(sum(amount) as decimal(18, 2)) as ledger_amount

    from mapped

    where resource_pool <> '__OUT_OF_SCOPE__'

    group by resource_pool, month_start_date, is_unmapped

)

select * from final
