-- grain: one debtor
with

customer as (

    select * from {{ ref('input_layer__customer') }}

),

account as (

    select * from {{ ref('input_layer__account') }}

),

invoice_line as (

    select * from {{ ref('input_layer__invoice_line') }}

),

policy_override as (

    select * from {{ ref('policy_customer_override') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

billed_debtors as (

    select
        erp_customer_id,
        min(data_source) as data_source

    from invoice_line

    group by erp_customer_id

),

-- A debtor that was billed but has no master record is kept: its revenue must not vanish.
debtors as (

    select
        erp_customer_id,
        crm_account_id,
        survivor_erp_customer_id,
        {{ normalised_identifier('vat_id') }} as vat_id,
        {{ normalised_identifier('duns_number') }} as duns_number,
        data_source,
        true as has_master_data

    from customer

    union all

    select
        billed_debtors.erp_customer_id,
        null as crm_account_id,
        null as survivor_erp_customer_id,
        null as vat_id,
        null as duns_number,
        billed_debtors.data_source,
        false as has_master_data

    from billed_debtors

    left join customer
        on billed_debtors.erp_customer_id = customer.erp_customer_id

    where customer.erp_customer_id is null

),

mergers as (

    select
        debtors.erp_customer_id as member_id,
        survivors.erp_customer_id as parent_id

    from debtors

    inner join debtors as survivors
        on debtors.survivor_erp_customer_id = survivors.erp_customer_id

    where debtors.erp_customer_id <> debtors.survivor_erp_customer_id

),

survivors as (

    {{ roots_of_chains('mergers') }}

),

last_day_counted as (

    select max(as_of_date) as as_of_date from quarters

),

overrides as (

    select
        policy_override.erp_customer_id,
        policy_override.account_id

    from policy_override

    inner join last_day_counted
        on policy_override.valid_from <= last_day_counted.as_of_date

    qualify row_number() over (
        partition by policy_override.erp_customer_id
        order by policy_override.valid_from desc, policy_override.account_id asc
    ) = 1

),

-- The instance of the debtor's own source comes first: the same number in another instance is another account.
references_to_accounts as (

    select
        debtors.erp_customer_id,
        coalesce(account_of_instance.account_id, account_as_stated.account_id) as account_id

    from debtors

    left join account as account_of_instance
        on concat(
            substring(debtors.data_source, position(':' in debtors.data_source) + 1), ':', debtors.crm_account_id
        ) = account_of_instance.account_id
        and position(':' in debtors.data_source) > 0

    left join account as account_as_stated
        on debtors.crm_account_id = account_as_stated.account_id

    where debtors.crm_account_id is not null

),

resolved as (

    select
        debtors.erp_customer_id,
        coalesce(survivors.root_id, debtors.erp_customer_id) as surviving_erp_customer_id,
        override_account.account_id as override_account_id,
        references_to_accounts.account_id as referenced_account_id,
        debtors.vat_id,
        debtors.duns_number,
        debtors.data_source,
        debtors.has_master_data,
        overrides.erp_customer_id is not null and overrides.account_id is null as is_kept_apart,
        coalesce(survivors.is_in_cycle, false) as has_survivor_cycle,
        debtors.survivor_erp_customer_id is not null
        and debtors.survivor_erp_customer_id <> debtors.erp_customer_id
        and survivors.member_id is null as has_missing_survivor,
        debtors.crm_account_id is not null and references_to_accounts.account_id is null as has_missing_account,
        overrides.account_id is not null and override_account.account_id is null as has_missing_override_account

    from debtors

    left join survivors
        on debtors.erp_customer_id = survivors.member_id

    left join overrides
        on debtors.erp_customer_id = overrides.erp_customer_id

    left join account as override_account
        on overrides.account_id = override_account.account_id

    left join references_to_accounts
        on debtors.erp_customer_id = references_to_accounts.erp_customer_id

)

select * from resolved
