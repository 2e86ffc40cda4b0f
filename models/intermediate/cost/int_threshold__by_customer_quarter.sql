-- grain: one customer and quarter
with

classes as (

    select * from {{ ref('int_threshold__class_by_customer_quarter') }}

),

wallets as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

thresholds as (

    select * from {{ ref('int_threshold__by_channel_quarter') }}

    where threshold_amount is not null

),

customers as (

    select * from {{ ref('dim_customer') }}

),

channels_of_reps as (

    select * from {{ ref('int_segmentation__channel_of_rep') }}

),

channel_ranks as (

    select
        quarter_start_date,
        channel,
        intensity_rank

    from {{ ref('int_threshold__by_channel_quarter') }}

),

-- From each threshold upwards, the most intensive channel whose threshold is met.
steps as (

    select
        quarter_start_date,
        threshold_amount,
        min(intensity_rank) over (
            partition by quarter_start_date
            order by threshold_amount
            range between unbounded preceding and current row
        ) as intensity_rank

    from thresholds

),

step_bounds as (

    select
        quarter_start_date,
        intensity_rank,
        threshold_amount as lower_amount,
        lead(threshold_amount) over (partition by quarter_start_date order by threshold_amount) as upper_amount

    from (select distinct * from steps) as distinct_steps

),

channel_bounds as (

    select
        step_bounds.quarter_start_date,
        thresholds.channel,
        thresholds.intensity_rank,
        step_bounds.lower_amount,
        step_bounds.upper_amount

    from step_bounds

    inner join thresholds
        on step_bounds.quarter_start_date = thresholds.quarter_start_date
        and step_bounds.intensity_rank = thresholds.intensity_rank

),

valued as (

    select
        classes.*,
        wallets.potential_amount,
        greatest(classes.yearly_revenue_amount, coalesce(wallets.potential_amount, 0), 0) as highest_amount

    from classes

    left join wallets
        on classes.customer_id = wallets.customer_id
        and classes.quarter_start_date = wallets.quarter_start_date

),

-- What an account was promised by name: the rep it has, and so that rep's channel.
named_accounts as (

    select
        customers.customer_id,
        channel_ranks.quarter_start_date,
        channel_ranks.channel,
        channel_ranks.intensity_rank

    from customers

    inner join channels_of_reps
        on customers.rep_id = channels_of_reps.rep_id

    inner join channel_ranks
        on channels_of_reps.channel = channel_ranks.channel

    where customers.is_named_account

),

by_value as (

    select
        valued.*,
        case
            when not valued.is_in_population then null
            when named_accounts.intensity_rank < coalesce(channel_bounds.intensity_rank, named_accounts.intensity_rank + 1)
                then named_accounts.channel
            else channel_bounds.channel
        end as channel,
        case
            when named_accounts.intensity_rank < coalesce(channel_bounds.intensity_rank, named_accounts.intensity_rank + 1)
                then 'NAMED_ACCOUNT'
            when valued.yearly_revenue_amount > 0 and valued.yearly_revenue_amount >= channel_bounds.lower_amount then 'REVENUE'
            when valued.potential_amount > 0 and valued.potential_amount >= channel_bounds.lower_amount then 'POTENTIAL'
            when channel_bounds.channel is not null then 'NO_VALUE'
        end as channel_reason

    from valued

    left join channel_bounds
        on valued.quarter_start_date = channel_bounds.quarter_start_date
        and valued.highest_amount >= channel_bounds.lower_amount
        and (valued.highest_amount < channel_bounds.upper_amount or channel_bounds.upper_amount is null)

    left join named_accounts
        on valued.quarter_start_date = named_accounts.quarter_start_date
        and valued.customer_id = named_accounts.customer_id

),

-- The subsidiaries of a key account are served with it.
subsidiaries as (

    select
        customers.customer_id,
        by_value.quarter_start_date,
        by_value.channel

    from customers

    inner join by_value
        on customers.group_id = by_value.customer_id

    where customers.group_id <> customers.customer_id and by_value.channel = 'KAM'

),

final as (

    select
        by_value.customer_id,
        by_value.quarter_start_date,
        by_value.threshold_class,
        case when by_value.is_in_population then coalesce(subsidiaries.channel, by_value.channel) end as recommended_channel,
        by_value.yearly_revenue_amount,
        by_value.threshold_amount,
        by_value.is_annualised,
        by_value.is_new,
        by_value.is_zero_revenue,
        by_value.is_negative_revenue,
        case
            when not by_value.is_in_population then null
            when by_value.channel <> subsidiaries.channel then 'KEY_ACCOUNT_GROUP'
            when by_value.channel is null and subsidiaries.channel is not null then 'KEY_ACCOUNT_GROUP'
            else by_value.channel_reason
        end as channel_reason

    from by_value

    left join subsidiaries
        on by_value.quarter_start_date = subsidiaries.quarter_start_date
        and by_value.customer_id = subsidiaries.customer_id

)

select * from final
