-- grain: one customer
with

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

),

account as (

    select * from {{ ref('input_layer__account') }}

),

debtor as (

    select * from {{ ref('input_layer__customer') }}

),

customer_group as (

    select * from {{ ref('int_customer__group') }}

),

ranked_accounts as (

    select
        account.*,
        crosswalk.customer_id,
        row_number() over (
            partition by crosswalk.customer_id
            order by crosswalk.is_primary desc, account.account_id asc
        ) as account_rank

    from crosswalk

    inner join account
        on crosswalk.source_id = account.account_id

    where crosswalk.source_type = 'crm'

),

primary_account as (

    select * from ranked_accounts

    where account_rank = 1

),

-- What the primary account lacks is taken from its duplicates; values that belong together stay together.
further_accounts as (

    select
        customer_id,
        min_by(industry_code, account_rank) filter (where coalesce(industry_code, industry) is not null) as industry_code,
        min_by(industry, account_rank) filter (where coalesce(industry_code, industry) is not null) as industry,
        min_by(employee_count, account_rank) filter (where employee_count is not null) as employee_count,
        min_by(annual_revenue_amount, account_rank) filter (where annual_revenue_amount is not null) as annual_revenue_amount,
        min_by(website, account_rank) filter (where website is not null) as website,
        min_by(owner_rep_id, account_rank) filter (where owner_rep_id is not null) as owner_rep_id,
        min_by(territory_id, account_rank) filter (where territory_id is not null) as territory_id,
        min_by(preferred_channel, account_rank) filter (where preferred_channel is not null) as preferred_channel,
        min_by(competitor_name, account_rank) filter (where competitor_name is not null) as competitor_name,
        min_by(assigned_class, account_rank) filter (where assigned_class is not null) as assigned_class,
        min_by(latitude, account_rank) filter (where latitude is not null and longitude is not null) as latitude,
        min_by(longitude, account_rank) filter (where latitude is not null and longitude is not null) as longitude,
        bool_or(coalesce(is_do_not_contact, false)) as is_do_not_contact,
        bool_or(coalesce(is_named_account, false)) as is_named_account,
        min(created_at) as created_at

    from ranked_accounts

    where account_rank > 1

    group by customer_id

),

primary_debtor as (

    select
        debtor.*,
        crosswalk.customer_id

    from crosswalk

    inner join debtor
        on crosswalk.source_id = debtor.erp_customer_id

    where crosswalk.source_type = 'erp' and crosswalk.is_primary

),

-- A debtor is often blocked because it was merged into another one: the customer is blocked when every surviving
-- debtor is.
all_debtors as (

    select
        crosswalk.customer_id,
        coalesce(
            bool_and(coalesce(debtor.is_blocked, false)) filter (where crosswalk.source_id = crosswalk.surviving_source_id),
            false
        ) as is_blocked,
        bool_or(coalesce(debtor.is_intercompany, false)) as is_intercompany,
        min(debtor.created_at) as created_at

    from crosswalk

    left join debtor
        on crosswalk.source_id = debtor.erp_customer_id

    where crosswalk.source_type = 'erp'

    group by crosswalk.customer_id

),

merged_debtors as (

    select
        customer_id,
        {{ dbt.listagg('source_id', "','", 'order by source_id') }} as merged_erp_customer_ids

    from crosswalk

    where source_type = 'erp' and not is_primary

    group by customer_id

),

customers as (

    select
        customer_id,
        bool_or(source_type = 'erp') as has_debtor,
        bool_or(source_type = 'crm') as has_account,
        bool_or(has_missing_master_data) as has_missing_master_data,
        bool_or(has_survivor_cycle) as has_survivor_cycle,
        bool_or(has_missing_survivor) as has_missing_survivor,
        bool_or(has_missing_account) as has_missing_account,
        bool_or(has_missing_override_account) as has_missing_override_account,
        bool_or(has_ambiguous_link) as has_ambiguous_link,
        bool_or(has_unusable_identifier) as has_unusable_identifier

    from crosswalk

    group by customer_id

),

joined as (

    select
        customers.customer_id,
        coalesce(primary_debtor.customer_name, primary_account.account_name, customers.customer_id) as customer_name,
        primary_account.account_id,
        case when customers.has_debtor then customers.customer_id end as erp_customer_id,
        coalesce(customer_group.group_id, customers.customer_id) as group_id,
        case
            when coalesce(primary_account.industry_code, primary_account.industry) is not null then primary_account.industry_code
            else further_accounts.industry_code
        end as industry_code,
        case
            when coalesce(primary_account.industry_code, primary_account.industry) is not null then primary_account.industry
            else further_accounts.industry
        end as industry,
        coalesce(primary_account.employee_count, further_accounts.employee_count) as employee_count,
        coalesce(primary_account.annual_revenue_amount, further_accounts.annual_revenue_amount) as annual_revenue_amount,
        coalesce(primary_account.website, further_accounts.website) as website,
        case
            when coalesce(primary_debtor.country_code, primary_debtor.postal_code, primary_debtor.city) is not null
                then primary_debtor.country_code
            else primary_account.country_code
        end as country_code,
        case
            when coalesce(primary_debtor.country_code, primary_debtor.postal_code, primary_debtor.city) is not null
                then primary_debtor.postal_code
            else primary_account.postal_code
        end as postal_code,
        case
            when coalesce(primary_debtor.country_code, primary_debtor.postal_code, primary_debtor.city) is not null
                then primary_debtor.city
            else primary_account.city
        end as city,
        case
            when primary_account.latitude is not null and primary_account.longitude is not null then primary_account.latitude
            else further_accounts.latitude
        end as latitude,
        case
            when primary_account.latitude is not null and primary_account.longitude is not null then primary_account.longitude
            else further_accounts.longitude
        end as longitude,
        coalesce(primary_account.owner_rep_id, further_accounts.owner_rep_id) as rep_id,
        coalesce(primary_account.territory_id, further_accounts.territory_id) as territory_id,
        coalesce(primary_account.preferred_channel, further_accounts.preferred_channel) as preferred_channel,
        coalesce(primary_account.assigned_class, further_accounts.assigned_class) as assigned_class,
        coalesce(primary_account.competitor_name, further_accounts.competitor_name) as competitor_name,
        primary_account.account_status,
        not customers.has_debtor as is_prospect,
        coalesce(all_debtors.is_blocked, false) or coalesce(primary_account.account_status = 'blocked', false) as is_blocked,
        coalesce(all_debtors.is_intercompany, false) as is_intercompany,
        coalesce(primary_account.is_do_not_contact, false)
        or coalesce(further_accounts.is_do_not_contact, false) as is_do_not_contact,
        coalesce(primary_account.is_named_account, false)
        or coalesce(further_accounts.is_named_account, false) as is_named_account,
        primary_debtor.customer_group,
        primary_debtor.payment_term_days,
        coalesce(primary_debtor.vat_id, primary_account.vat_id) as vat_id,
        coalesce(primary_debtor.duns_number, primary_account.duns_number) as duns_number,
        cast(least(primary_account.created_at, further_accounts.created_at, all_debtors.created_at) as date) as created_date,
        cast(all_debtors.created_at as date) as debtor_created_date,
        case
            when customers.has_debtor and customers.has_account then 'matched'
            when customers.has_account then 'crm_only'
            else 'erp_only'
        end as match_status,
        merged_debtors.merged_erp_customer_ids,
        {{ customer_pass_through_columns(
            ref('input_layer__account'),
            ref('input_layer__customer'),
            'primary_account',
            'primary_debtor',
        ) }}
        {{ flags({
            'AMBIGUOUS_LINK': 'customers.has_ambiguous_link',
            'MISSING_ACCOUNT': 'customers.has_missing_account',
            'MISSING_MASTER_DATA': 'customers.has_missing_master_data',
            'MISSING_OVERRIDE_ACCOUNT': 'customers.has_missing_override_account',
            'MISSING_SURVIVOR': 'customers.has_missing_survivor',
            'PARENT_CYCLE': 'coalesce(customer_group.has_parent_cycle, false)',
            'SURVIVOR_CYCLE': 'customers.has_survivor_cycle',
            'UNUSABLE_IDENTIFIER': 'customers.has_unusable_identifier',
        }) }} as match_flags

    from customers

    left join primary_account
        on customers.customer_id = primary_account.customer_id

    left join further_accounts
        on customers.customer_id = further_accounts.customer_id

    left join primary_debtor
        on customers.customer_id = primary_debtor.customer_id

    left join all_debtors
        on customers.customer_id = all_debtors.customer_id

    left join merged_debtors
        on customers.customer_id = merged_debtors.customer_id

    left join customer_group
        on customers.customer_id = customer_group.customer_id

)

select * from joined
