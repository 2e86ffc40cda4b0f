-- grain: one customer with a rep and quarter
with

candidates as (

    select * from {{ ref('int_focus__candidate') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

prospect_slots as (

    select * from {{ ref('int_focus__prospect_slot') }}

),

eligible as (

    select
        *,
        case
            when net_revenue_amount is not null
                then rank() over (partition by quarter_start_date, rep_id order by net_revenue_amount nulls last) - 1
        end as smaller_revenue_count,
        case
            when growth_potential_amount is not null
                then rank() over (partition by quarter_start_date, rep_id order by growth_potential_amount nulls last) - 1
        end as smaller_growth_count

    from candidates

    where is_eligible

),

by_rep as (

    select
        quarter_start_date,
        rep_id,
        count(net_revenue_amount) as revenue_count,
        count(growth_potential_amount) as growth_count,
        max(net_revenue_amount) as largest_revenue_amount,
        max(case when not is_prospect then growth_potential_amount end) as largest_growth_of_customers_amount,
        max(growth_potential_amount) as largest_growth_amount

    from eligible

    group by
        quarter_start_date,
        rep_id

),

-- Share of the rep's other accounts that are smaller. What is not known of an account leaves the other rank alone.
scored as (

    select
        eligible.*,
        by_rep.largest_revenue_amount,
        by_rep.largest_growth_of_customers_amount,
        by_rep.largest_growth_amount,
        cast(
            case
                when eligible.net_revenue_amount is null
                    then eligible.smaller_growth_count / cast(greatest(by_rep.growth_count - 1, 1) as double)
                when eligible.growth_potential_amount is null
                    then eligible.smaller_revenue_count / cast(greatest(by_rep.revenue_count - 1, 1) as double)
                else
                    policy.focus_revenue_weight
                    * eligible.smaller_revenue_count / cast(greatest(by_rep.revenue_count - 1, 1) as double)
                    + (1 - policy.focus_revenue_weight)
                    * eligible.smaller_growth_count / cast(greatest(by_rep.growth_count - 1, 1) as double)
            end as decimal(9, 6)
        ) as importance_score,
        policy.focus_top_count,
        policy.focus_active_count

    from eligible

    inner join by_rep
        on eligible.quarter_start_date = by_rep.quarter_start_date
        and eligible.rep_id = by_rep.rep_id

    inner join policy
        on eligible.quarter_start_date = policy.quarter_start_date

),

largest_revenue as (

    select
        quarter_start_date,
        rep_id,
        min(customer_id) as customer_id

    from scored

    where net_revenue_amount = largest_revenue_amount and net_revenue_amount > 0

    group by
        quarter_start_date,
        rep_id

),

-- The customer with the largest growth potential, and the prospect whose potential is larger than that of all customers.
largest_growth as (

    select
        quarter_start_date,
        rep_id,
        is_prospect,
        min(customer_id) as customer_id

    from scored

    where
        growth_potential_amount > 0
        and growth_potential_amount = case
            when not is_prospect then largest_growth_of_customers_amount
            when largest_growth_amount > coalesce(largest_growth_of_customers_amount, 0) then largest_growth_amount
        end

    group by
        quarter_start_date,
        rep_id,
        is_prospect

),

reasoned as (

    select
        scored.*,
        largest_revenue.customer_id is not null as is_largest_revenue,
        largest_growth.customer_id is not null as is_largest_potential,
        coalesce(prospect_slots.customer_id = scored.customer_id, false) as is_in_prospect_slot,
        prospect_slots.customer_id is null as is_prospect_missing

    from scored

    inner join prospect_slots
        on scored.quarter_start_date = prospect_slots.quarter_start_date
        and scored.rep_id = prospect_slots.rep_id

    left join largest_revenue
        on scored.quarter_start_date = largest_revenue.quarter_start_date
        and scored.customer_id = largest_revenue.customer_id

    left join largest_growth
        on scored.quarter_start_date = largest_growth.quarter_start_date
        and scored.customer_id = largest_growth.customer_id

),

placed as (

    select
        *,
        -- The place of a prospect stays empty where there is none.
        focus_top_count - case when is_prospect_missing then 1 else 0 end as top_place_count,
        row_number() over (
            partition by quarter_start_date, rep_id
            order by
                case when is_largest_revenue or is_largest_potential or is_in_prospect_slot then 0 else 1 end,
                importance_score desc nulls last,
                customer_id
        ) as place

    from reasoned

),

layered as (

    select
        *,
        case
            when place <= top_place_count then 'TOP5'
            when place <= top_place_count + focus_active_count then 'ACTIVE15'
            else 'REST'
        end as focus_layer

    from placed

),

final as (

    select
        quarter_start_date,
        rep_id,
        customer_id,
        focus_layer,
        case
            when is_largest_revenue or is_largest_potential or is_in_prospect_slot
                then concat_ws(
                    ',',
                    case when is_largest_revenue then 'LARGEST_REVENUE' end,
                    case when is_largest_potential then 'LARGEST_POTENTIAL' end,
                    case when is_in_prospect_slot then 'PROSPECT' end
                )
            when focus_layer <> 'REST' then 'SCORE'
        end as slot_reason,
        importance_score,
        net_revenue_amount,
        growth_potential_amount,
        is_prospect,
        is_blocked,
        is_former,
        is_do_not_contact,
        is_prospect_missing

    from layered

    union all

    select
        candidates.quarter_start_date,
        candidates.rep_id,
        candidates.customer_id,
        'REST' as focus_layer,
        cast(null as varchar) as slot_reason,
        cast(null as decimal(9, 6)) as importance_score,
        candidates.net_revenue_amount,
        candidates.growth_potential_amount,
        candidates.is_prospect,
        candidates.is_blocked,
        candidates.is_former,
        candidates.is_do_not_contact,
        prospect_slots.customer_id is null as is_prospect_missing

    from candidates

    inner join prospect_slots
        on candidates.quarter_start_date = prospect_slots.quarter_start_date
        and candidates.rep_id = prospect_slots.rep_id

    where not candidates.is_eligible

)

select * from final
