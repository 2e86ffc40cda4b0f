-- grain: one rep per quarter with a list in it or in the one before
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

recommendations as (

    select * from {{ ref('whitespace') }}

),

published_classes as (

    select * from {{ ref('segment_distribution') }}

),

posting_quarter as (

    select * from {{ ref('int_revenue__by_customer_group_posting_quarter') }}

),

crm_opportunities as (

    select * from {{ ref('int_whitespace__crm_opportunity') }}

),

first_opportunity as (

    select min(created_date) as first_created_date from crm_opportunities

),

-- Also empty ones: a quarter has a list when it was computed, in this run or an earlier one.
lists as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date

    from quarters

    union all

    select distinct
        published_classes.quarter_start_date,
        published_classes.as_of_date

    from published_classes

    where published_classes.quarter_start_date not in (select quarters.quarter_start_date from quarters)

),

followed_quarters as (

    select
        quarters.quarter_start_date,
        quarters.quarter_index,
        quarters.as_of_date,
        quarters.is_provisional,
        lists.quarter_start_date as list_quarter_start_date,
        lists.as_of_date as list_as_of_date,
        coalesce(first_opportunity.first_created_date <= quarters.as_of_date, false) as has_opportunities

    from quarters

    left join lists
        on quarters.previous_quarter_start_date = lists.quarter_start_date

    cross join first_opportunity

),

listed as (

    select
        followed_quarters.quarter_start_date,
        followed_quarters.quarter_index,
        followed_quarters.as_of_date,
        followed_quarters.list_as_of_date,
        recommendations.customer_id,
        recommendations.product_group,
        recommendations.opportunity_type,
        recommendations.net_revenue_amount,
        recommendations.expected_amount,
        coalesce(recommendations.owner_rep_id, 'UNASSIGNED') as owner_rep_id,
        coalesce(recommendations.due_date <= followed_quarters.as_of_date, false) as is_due

    from followed_quarters

    inner join recommendations
        on followed_quarters.list_quarter_start_date = recommendations.quarter_start_date

),

purchases as (

    select
        followed_quarters.quarter_start_date,
        posting_quarter.customer_id,
        posting_quarter.product_group,
        sum(posting_quarter.net_revenue_amount) as net_revenue_amount

    from followed_quarters

    inner join posting_quarter
        on followed_quarters.quarter_index = posting_quarter.posting_quarter_index

    group by
        followed_quarters.quarter_start_date,
        posting_quarter.customer_id,
        posting_quarter.product_group

),

-- An opportunity follows a recommendation when it was open after the list's last day, opened before or since.
opportunities as (

    select distinct
        followed_quarters.quarter_start_date,
        crm_opportunities.customer_id,
        crm_opportunities.product_group

    from followed_quarters

    inner join crm_opportunities
        on
        followed_quarters.as_of_date >= crm_opportunities.created_date
        and (
            crm_opportunities.closed_date is null
            or followed_quarters.list_as_of_date < crm_opportunities.closed_date
        )

),

-- Who bought the group before has to buy more of it than in a usual quarter.
judged as (

    select
        listed.quarter_start_date,
        listed.owner_rep_id,
        listed.expected_amount,
        listed.is_due,
        coalesce(
            case
                when listed.opportunity_type = 'CROSS_SELL' then purchases.net_revenue_amount > 0
                else purchases.net_revenue_amount * 4 > listed.net_revenue_amount
            end,
            false
        ) as is_bought,
        opportunities.customer_id is not null as has_opportunity

    from listed

    left join purchases
        on
        listed.quarter_start_date = purchases.quarter_start_date
        and listed.customer_id = purchases.customer_id
        and listed.product_group = purchases.product_group

    left join opportunities
        on
        listed.quarter_start_date = opportunities.quarter_start_date
        and listed.customer_id = opportunities.customer_id
        and listed.product_group = opportunities.product_group

),

by_rep as (

    select
        quarter_start_date,
        owner_rep_id,
        count(*) as listed_count,
        sum(case when is_due then 1 else 0 end) as due_count,
        sum(case when is_due and is_bought then 1 else 0 end) as bought_count,
        sum(case when is_due and not is_bought and has_opportunity then 1 else 0 end) as in_crm_count,
        sum(case when is_due and not is_bought and not has_opportunity then 1 else 0 end) as overdue_count,
        sum(case when is_due and not is_bought and not has_opportunity then expected_amount else 0 end) as overdue_expected_amount

    from judged

    group by quarter_start_date, owner_rep_id

),

new_lists as (

    select
        quarter_start_date,
        coalesce(owner_rep_id, 'UNASSIGNED') as owner_rep_id,
        count(*) as new_count

    from recommendations

    where quarter_start_date in (select quarters.quarter_start_date from quarters)

    group by quarter_start_date, coalesce(owner_rep_id, 'UNASSIGNED')

),

reps as (

    select
        quarter_start_date,
        owner_rep_id

    from by_rep

    union distinct

    select
        quarter_start_date,
        owner_rep_id

    from new_lists

),

-- No list before is not an empty one.
final as (

    select
        reps.quarter_start_date,
        followed_quarters.as_of_date,
        followed_quarters.is_provisional,
        reps.owner_rep_id,
        cast(coalesce(new_lists.new_count, 0) as integer) as new_count,
        case when followed_quarters.list_quarter_start_date is not null then cast(coalesce(by_rep.listed_count, 0) as integer) end as listed_count,
        case when followed_quarters.list_quarter_start_date is not null then cast(coalesce(by_rep.due_count, 0) as integer) end as due_count,
        case
            when followed_quarters.list_quarter_start_date is not null
                then cast(coalesce(by_rep.due_count - by_rep.overdue_count, 0) as integer)
        end as followed_count,
        case when followed_quarters.list_quarter_start_date is not null then cast(coalesce(by_rep.bought_count, 0) as integer) end as bought_count,
        case
            when followed_quarters.list_quarter_start_date is not null and followed_quarters.has_opportunities
                then cast(coalesce(by_rep.in_crm_count, 0) as integer)
        end as in_crm_count,
        case when followed_quarters.list_quarter_start_date is not null then cast(coalesce(by_rep.overdue_count, 0) as integer) end as overdue_count,
        case
            when followed_quarters.list_quarter_start_date is not null
                then cast(coalesce(by_rep.overdue_expected_amount, 0) as decimal(18, 2))
        end as overdue_expected_amount,
        case
            when by_rep.due_count > 0
                then cast(cast(by_rep.overdue_count as decimal(18, 6)) / by_rep.due_count as decimal(9, 6))
        end as overdue_ratio,
        {{ flags({
            'NOTHING_DUE': 'followed_quarters.list_quarter_start_date is not null and coalesce(by_rep.due_count, 0) = 0',
            'NO_LIST_BEFORE': 'followed_quarters.list_quarter_start_date is null',
            'NO_OPPORTUNITY_DATA': 'not followed_quarters.has_opportunities',
        }) }} as flags

    from reps

    inner join followed_quarters
        on reps.quarter_start_date = followed_quarters.quarter_start_date

    left join by_rep
        on
        reps.quarter_start_date = by_rep.quarter_start_date
        and reps.owner_rep_id = by_rep.owner_rep_id

    left join new_lists
        on
        reps.quarter_start_date = new_lists.quarter_start_date
        and reps.owner_rep_id = new_lists.owner_rep_id

)

select * from final
