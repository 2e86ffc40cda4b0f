-- grain: one customer and quarter that somebody looks after or could look after
{{ config(materialized='view') }}

with

customers_by_quarter as (

    select *

    from {{ ref('int_customer__by_quarter') }}

    where is_in_population and lifecycle_status <> 'blocked'

),

customers as (

    select *

    from {{ ref('dim_customer') }}

    where not is_blocked

),

thresholds as (

    select * from {{ ref('int_threshold__by_customer_quarter') }}

),

channels_of_reps as (

    select * from {{ ref('int_segmentation__channel_of_rep') }}

),

channel_minutes as (

    select * from {{ ref('int_territory__channel_minutes') }}

),

efforts as (

    select * from {{ ref('int_steering__contact_effort') }}

),

inside_minutes as (

    select
        quarter_start_date,
        standard_minutes

    from channel_minutes

    where channel = 'INSIDE'

),

-- The less intensive of the rep's channel and the recommended one: nobody plans visits that do not pay, or that an
-- inside rep would have to make.
combinations as (

    select
        rep_channels.quarter_start_date,
        rep_channels.channel as rep_channel,
        recommended.channel as recommended_channel,
        case
            when rep_channels.intensity_rank >= recommended.intensity_rank then rep_channels.standard_minutes
            else recommended.standard_minutes
        end as standard_minutes,
        case
            when rep_channels.intensity_rank >= recommended.intensity_rank then rep_channels.standard_visit_count
            else recommended.standard_visit_count
        end as standard_visit_count

    from channel_minutes as rep_channels

    inner join channel_minutes as recommended
        on rep_channels.quarter_start_date = recommended.quarter_start_date

),

joined as (

    select
        customers_by_quarter.quarter_start_date,
        customers_by_quarter.customer_id,
        customers.rep_id,
        customers.territory_id,
        thresholds.recommended_channel,
        channels_of_reps.channel as rep_channel,
        efforts.minutes,
        efforts.visit_count,
        combinations.standard_minutes,
        combinations.standard_visit_count,
        inside_minutes.standard_minutes as inside_standard_minutes

    from customers_by_quarter

    inner join customers
        on customers_by_quarter.customer_id = customers.customer_id

    left join thresholds
        on customers_by_quarter.quarter_start_date = thresholds.quarter_start_date
        and customers_by_quarter.customer_id = thresholds.customer_id

    left join channels_of_reps
        on customers.rep_id = channels_of_reps.rep_id

    left join combinations
        on customers_by_quarter.quarter_start_date = combinations.quarter_start_date
        and coalesce(thresholds.recommended_channel, channels_of_reps.channel) = combinations.recommended_channel
        and coalesce(channels_of_reps.channel, thresholds.recommended_channel) = combinations.rep_channel

    left join inside_minutes
        on customers_by_quarter.quarter_start_date = inside_minutes.quarter_start_date

    left join efforts
        on customers_by_quarter.quarter_start_date = efforts.quarter_start_date
        and customers_by_quarter.customer_id = efforts.customer_id

),

final as (

    select
        quarter_start_date,
        customer_id,
        rep_id,
        territory_id,
        coalesce(rep_channel, recommended_channel) as channel,
        recommended_channel,
        case when minutes > 0 then minutes else standard_minutes end as workload_minutes,
        inside_standard_minutes as remote_minutes,
        case when minutes > 0 then visit_count else standard_visit_count end as visit_count,
        case
            when minutes > 0 then 'MEASURED'
            when standard_minutes > 0 then 'STANDARD'
            when standard_minutes = 0 then 'NONE'
        end as workload_source

    from joined

)

select * from final
