-- grain: one CRM account or ERP debtor
with

debtor as (

    select * from {{ ref('int_customer__debtor') }}

),

account as (

    select * from {{ ref('int_customer__account') }}

),

identifier as (

    select * from {{ ref('int_customer__identifier') }}

    where is_identifying

),

accounts_by_vat as (

    select distinct
        vat_id,
        surviving_account_id

    from account

    where vat_id is not null

),

accounts_by_duns as (

    select distinct
        duns_number,
        surviving_account_id

    from account

    where duns_number is not null

),

-- Every link that a rule gives to a debtor; the account is NULL where an override keeps the debtor apart.
links as (

    select
        debtor.erp_customer_id,
        debtor.surviving_erp_customer_id,
        1 as precedence,
        'override' as link_method,
        account.surviving_account_id

    from debtor

    left join account
        on debtor.override_account_id = account.account_id

    where debtor.is_kept_apart or account.account_id is not null

    union all

    select
        debtor.erp_customer_id,
        debtor.surviving_erp_customer_id,
        2 as precedence,
        'crm_account_id' as link_method,
        account.surviving_account_id

    from debtor

    inner join account
        on debtor.referenced_account_id = account.account_id

    union all

    select
        debtor.erp_customer_id,
        debtor.surviving_erp_customer_id,
        3 as precedence,
        'vat_id' as link_method,
        accounts_by_vat.surviving_account_id

    from debtor

    inner join accounts_by_vat
        on debtor.vat_id = accounts_by_vat.vat_id

    union all

    select
        debtor.erp_customer_id,
        debtor.surviving_erp_customer_id,
        4 as precedence,
        'duns_number' as link_method,
        accounts_by_duns.surviving_account_id

    from debtor

    inner join accounts_by_duns
        on debtor.duns_number = accounts_by_duns.duns_number

),

-- The debtors of a merger link to one account: by the first rule that gives any of them a link, and within the
-- rule by the survivor before the others.
group_links as (

    select
        surviving_erp_customer_id,
        link_method,
        precedence,
        surviving_account_id

    from links

    qualify row_number() over (
        partition by surviving_erp_customer_id
        order by
            precedence asc,
            erp_customer_id = surviving_erp_customer_id desc,
            erp_customer_id asc,
            surviving_account_id asc
    ) = 1

),

ambiguous_groups as (

    select links.surviving_erp_customer_id

    from links

    inner join group_links
        on links.surviving_erp_customer_id = group_links.surviving_erp_customer_id
        and links.precedence = group_links.precedence

    group by links.surviving_erp_customer_id

    having count(distinct coalesce(links.surviving_account_id, '')) > 1

),

-- All groups that link to one account are one customer, under the lowest surviving debtor.
debtor_groups as (

    select
        debtor.erp_customer_id as surviving_erp_customer_id,
        group_links.surviving_account_id,
        coalesce(group_links.link_method, 'none') as link_method,
        case
            when group_links.surviving_account_id is null then debtor.erp_customer_id
            else min(debtor.erp_customer_id) over (partition by group_links.surviving_account_id)
        end as customer_id,
        ambiguous_groups.surviving_erp_customer_id is not null as has_ambiguous_link

    from debtor

    left join group_links
        on debtor.erp_customer_id = group_links.surviving_erp_customer_id

    left join ambiguous_groups
        on debtor.erp_customer_id = ambiguous_groups.surviving_erp_customer_id

    where debtor.erp_customer_id = debtor.surviving_erp_customer_id

),

primary_accounts as (

    select
        surviving_account_id,
        customer_id,
        link_method

    from debtor_groups

    where surviving_account_id is not null

    qualify row_number() over (
        partition by surviving_account_id
        order by surviving_erp_customer_id = customer_id desc, surviving_erp_customer_id asc
    ) = 1

),

-- The account that a debtor names; an override replaces what crm_account_id says.
named_accounts as (

    select *

    from links

    where precedence <= 2

    qualify row_number() over (partition by erp_customer_id order by precedence) = 1

),

-- A merger can leave two accounts that its debtors name: the second one belongs to the customer too, unless
-- another customer claims it as its own.
further_accounts as (

    select
        named_accounts.surviving_account_id,
        debtor_groups.customer_id,
        named_accounts.link_method

    from named_accounts

    inner join debtor_groups
        on named_accounts.surviving_erp_customer_id = debtor_groups.surviving_erp_customer_id

    left join primary_accounts
        on named_accounts.surviving_account_id = primary_accounts.surviving_account_id

    where
        named_accounts.surviving_account_id is not null
        and debtor_groups.surviving_account_id is not null
        and primary_accounts.surviving_account_id is null

    qualify row_number() over (
        partition by named_accounts.surviving_account_id
        order by named_accounts.precedence, debtor_groups.customer_id, named_accounts.erp_customer_id
    ) = 1

),

accounts_of_customers as (

    select
        surviving_account_id,
        customer_id,
        link_method,
        true as is_primary

    from primary_accounts

    union all

    select
        surviving_account_id,
        customer_id,
        link_method,
        false as is_primary

    from further_accounts

),

debtor_rows as (

    select
        'erp' as source_type,
        debtor.erp_customer_id as source_id,
        debtor_groups.customer_id,
        case
            when debtor.erp_customer_id = debtor.surviving_erp_customer_id then debtor_groups.link_method
            else 'survivor'
        end as link_method,
        debtor.surviving_erp_customer_id as surviving_source_id,
        debtor.erp_customer_id = debtor_groups.customer_id as is_primary,
        not debtor.has_master_data as has_missing_master_data,
        debtor.has_survivor_cycle,
        debtor.has_missing_survivor,
        debtor.has_missing_account,
        debtor.has_missing_override_account,
        debtor_groups.has_ambiguous_link,
        (debtor.vat_id is not null and vat.identifier is null)
        or (debtor.duns_number is not null and duns.identifier is null) as has_unusable_identifier

    from debtor

    inner join debtor_groups
        on debtor.surviving_erp_customer_id = debtor_groups.surviving_erp_customer_id

    left join identifier as vat
        on debtor.vat_id = vat.identifier
        and vat.identifier_type = 'vat_id'

    left join identifier as duns
        on debtor.duns_number = duns.identifier
        and duns.identifier_type = 'duns_number'

),

account_rows as (

    select
        'crm' as source_type,
        account.account_id as source_id,
        coalesce(
            accounts_of_customers.customer_id,
            case when same_number.erp_customer_id is not null then 'crm:' || account.surviving_account_id end,
            account.surviving_account_id
        ) as customer_id,
        case
            when account.account_id <> account.surviving_account_id then 'duplicate_account'
            else coalesce(accounts_of_customers.link_method, 'none')
        end as link_method,
        account.surviving_account_id as surviving_source_id,
        account.account_id = account.surviving_account_id
        and coalesce(accounts_of_customers.is_primary, true) as is_primary,
        false as has_missing_master_data,
        false as has_survivor_cycle,
        false as has_missing_survivor,
        false as has_missing_account,
        false as has_missing_override_account,
        false as has_ambiguous_link,
        account.has_unusable_identifier

    from account

    left join accounts_of_customers
        on account.surviving_account_id = accounts_of_customers.surviving_account_id

    left join debtor as same_number
        on account.surviving_account_id = same_number.erp_customer_id

),

crosswalk as (

    select * from debtor_rows

    union all

    select * from account_rows

)

select * from crosswalk
