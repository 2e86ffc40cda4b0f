-- grain: one customer that is to have a plan, or has one, and quarter
with

quarters as (

    select
        quarters.quarter_start_date,
        quarters.quarter_index,
        quarters.as_of_date,
        quarters.is_provisional,
        policy.plan_goal_count,
        policy.plan_role_count,
        policy.plan_action_quarter_count

    from {{ ref('dim_quarter') }} as quarters

    inner join {{ ref('int_policy__by_quarter') }} as policy
        on quarters.quarter_start_date = policy.quarter_start_date

),

layers as (

    select * from {{ ref('int_focus__layer') }}

),

customers_by_quarter as (

    select * from {{ ref('int_customer__by_quarter') }}

    where is_in_population

),

customers as (

    select * from {{ ref('dim_customer') }}

),

items as (

    select * from {{ ref('int_focus__plan_item') }}

),

sections as (

    select
        quarters.quarter_start_date,
        names.section,
        names.plan_section

    from quarters

    inner join {{ ref('policy_plan_section') }} as names
        on quarters.as_of_date >= names.valid_from

    qualify row_number() over (
        partition by quarters.quarter_start_date, names.section
        order by names.valid_from desc
    ) = 1

),

section_counts as (

    select
        quarter_start_date,
        count(distinct plan_section) as section_count

    from sections

    group by quarter_start_date

),

data_range as (

    select count(*) as item_count from items

),

-- Of whom the buying centre knows somebody. Contacts are known as of today: the CRM keeps no history of them.
roles as (

    select
        crosswalk.customer_id,
        count(distinct case when contacts.contact_role <> 'other' then contacts.contact_role end) as known_role_count

    from {{ ref('input_layer__contact') }} as contacts

    inner join {{ ref('int_customer__crosswalk') }} as crosswalk
        on contacts.account_id = crosswalk.source_id
        and crosswalk.source_type = 'crm'

    group by crosswalk.customer_id

),

contact_range as (

    select count(*) as customer_count from roles

),

planned as (

    select
        customer_id,
        max(case when plan_type = 'account_plan' then 1 else 0 end) as account_plan_count

    from items

    group by customer_id

),

-- Who is to have a plan by its layer, and who has one without: the plan that it has is looked at then.
concerned as (

    select
        customers_by_quarter.quarter_start_date,
        customers_by_quarter.customer_id,
        layers.rep_id,
        layers.focus_layer,
        case layers.focus_layer
            when 'TOP5' then 'ACCOUNT_PLAN'
            when 'ACTIVE15' then 'ACTION_PLAN'
            else 'NONE'
        end as plan_required,
        case
            when layers.focus_layer = 'TOP5' then 'ACCOUNT_PLAN'
            when layers.focus_layer = 'ACTIVE15' then 'ACTION_PLAN'
            when planned.account_plan_count > 0 then 'ACCOUNT_PLAN'
            else 'ACTION_PLAN'
        end as plan_type

    from customers_by_quarter

    left join layers
        on customers_by_quarter.quarter_start_date = layers.quarter_start_date
        and customers_by_quarter.customer_id = layers.customer_id

    left join planned
        on customers_by_quarter.customer_id = planned.customer_id

    where layers.focus_layer in ('TOP5', 'ACTIVE15') or planned.customer_id is not null

),

-- An item of which the CRM does not say to which kind of plan it belongs counts for the one that is looked at.
described_items as (

    select
        concerned.quarter_start_date,
        concerned.customer_id,
        concerned.plan_type,
        lower(concerned.plan_type) = coalesce(items.plan_type, lower(concerned.plan_type)) as is_of_plan,
        coalesce(sections.plan_section, items.section) as plan_section,
        items.section is not null and sections.section is null as is_unknown_section,
        items.has_goal,
        items.has_goal or items.due_date is not null or items.done_date is not null as says_something,
        items.due_date,
        case
            when
                items.due_quarter_index between quarters.quarter_index + 1
                and quarters.quarter_index + quarters.plan_action_quarter_count
                then items.due_quarter_index
        end as coming_quarter_index,
        items.due_date < quarters.as_of_date and coalesce(items.done_date > quarters.as_of_date, true) as is_overdue,
        case when items.done_date <= quarters.as_of_date then items.done_date end as done_date

    from concerned

    inner join quarters
        on concerned.quarter_start_date = quarters.quarter_start_date

    inner join items
        on concerned.customer_id = items.customer_id

    left join sections
        on concerned.quarter_start_date = sections.quarter_start_date
        and items.section = sections.section

),

summed as (

    select
        quarter_start_date,
        customer_id,
        count(*) as all_item_count,
        sum(case when is_of_plan then 1 else 0 end) as item_count,
        count(distinct case when is_of_plan and says_something then plan_section end) as filled_section_count,
        count(case when is_of_plan then plan_section end) as sectioned_count,
        sum(case when is_of_plan and is_unknown_section then 1 else 0 end) as unknown_section_count,
        sum(case when is_of_plan and has_goal then 1 else 0 end) as any_goal_count,
        sum(case when is_of_plan and has_goal and plan_section = 'sales_goals' then 1 else 0 end) as sales_goal_count,
        count(distinct case when is_of_plan then coming_quarter_index end) as coming_quarter_count,
        sum(case when is_of_plan and due_date is null then 1 else 0 end) as undated_count,
        sum(case when is_overdue then 1 else 0 end) as overdue_count,
        max(done_date) as last_done_date

    from described_items

    group by
        quarter_start_date,
        customer_id

),

-- Without any item in the whole company nothing is known about plans; with some, who has none has none.
counted as (

    select
        concerned.*,
        quarters.as_of_date,
        quarters.is_provisional,
        quarters.plan_goal_count,
        quarters.plan_role_count,
        quarters.plan_action_quarter_count,
        coalesce(section_counts.section_count, 0) as section_count,
        data_range.item_count > 0 as has_plan_data,
        contact_range.customer_count > 0 as has_contact_data,
        coalesce(summed.item_count, 0) as item_count,
        coalesce(summed.all_item_count, 0) as all_item_count,
        coalesce(summed.filled_section_count, 0) as filled_section_count,
        coalesce(summed.item_count > 0 and summed.sectioned_count = 0, false) as has_no_sections,
        coalesce(summed.unknown_section_count, 0) as unknown_section_count,
        coalesce(
            case
                when concerned.plan_type = 'ACCOUNT_PLAN' and summed.sectioned_count > 0 then summed.sales_goal_count
                else summed.any_goal_count
            end,
            0
        ) as goal_count,
        coalesce(summed.coming_quarter_count, 0) as coming_quarter_count,
        coalesce(summed.undated_count, 0) as undated_count,
        coalesce(summed.overdue_count, 0) as overdue_count,
        summed.last_done_date,
        coalesce(roles.known_role_count, 0) as known_role_count

    from concerned

    inner join quarters
        on concerned.quarter_start_date = quarters.quarter_start_date

    left join section_counts
        on concerned.quarter_start_date = section_counts.quarter_start_date

    cross join data_range

    cross join contact_range

    left join summed
        on concerned.quarter_start_date = summed.quarter_start_date
        and concerned.customer_id = summed.customer_id

    left join roles
        on concerned.customer_id = roles.customer_id

),

measured as (

    select
        *,
        cast(
            case
                when not has_plan_data then null
                when plan_type = 'ACTION_PLAN' then coming_quarter_count / cast(plan_action_quarter_count as double)
                when has_no_sections or section_count = 0 then null
                else least(filled_section_count, section_count) / cast(section_count as double)
            end as decimal(9, 6)
        ) as completeness_ratio

    from counted

),

final as (

    select
        measured.quarter_start_date,
        measured.as_of_date,
        measured.is_provisional,
        measured.customer_id,
        customers.customer_name,
        measured.rep_id,
        measured.focus_layer,
        measured.plan_required,
        measured.plan_type,
        case
            when not measured.has_plan_data then null
            when measured.item_count = 0 then 'MISSING'
            when measured.completeness_ratio is null then null
            when measured.completeness_ratio < 1 then 'INCOMPLETE'
            when measured.goal_count < case when measured.plan_type = 'ACCOUNT_PLAN' then measured.plan_goal_count else 1 end
                then 'INCOMPLETE'
            else 'COMPLETE'
        end as status,
        measured.completeness_ratio,
        case
            when measured.completeness_ratio is null then null
            else
                measured.item_count > 0
                and measured.completeness_ratio = 1
                and measured.goal_count >= case when measured.plan_type = 'ACCOUNT_PLAN' then measured.plan_goal_count else 1 end
        end as is_complete,
        case when measured.has_plan_data then cast(measured.goal_count as integer) end as goal_count,
        case when measured.has_plan_data then cast(measured.item_count as integer) end as item_count,
        case when measured.has_plan_data then cast(measured.overdue_count as integer) end as overdue_count,
        measured.last_done_date,
        case when measured.has_contact_data then cast(measured.known_role_count as integer) end as known_role_count,
        case
            when measured.has_contact_data
                then cast(
                    least(measured.known_role_count, measured.plan_role_count)
                    / cast(measured.plan_role_count as double) as decimal(9, 6)
                )
        end as role_coverage_ratio,
        {{ flags({
            'NO_CONTACT_DATA': 'not measured.has_contact_data',
            'NO_PLAN_DATA': 'not measured.has_plan_data',
            'NO_SECTIONS': "measured.has_no_sections and measured.plan_type = 'ACCOUNT_PLAN'",
            'OTHER_PLAN_ONLY': 'measured.item_count = 0 and measured.all_item_count > 0',
            'UNDATED_ITEMS': 'measured.undated_count > 0',
            'UNKNOWN_SECTION': "measured.unknown_section_count > 0 and measured.plan_type = 'ACCOUNT_PLAN'",
        }) }} as flags

    from measured

    inner join customers
        on measured.customer_id = customers.customer_id

)

select * from final
