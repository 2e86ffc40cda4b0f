-- grain: one CRM account
with

account as (

    select * from {{ ref('input_layer__account') }}

),

debtor as (

    select * from {{ ref('int_customer__debtor') }}

),

identifier as (

    select * from {{ ref('int_customer__identifier') }}

    where is_identifying

),

referenced_accounts as (

    select override_account_id as account_id

    from debtor

    where override_account_id is not null

    union

    select referenced_account_id as account_id

    from debtor

    where referenced_account_id is not null

),

identified as (

    select
        account.account_id,
        vat.identifier as vat_id,
        duns.identifier as duns_number,
        referenced_accounts.account_id is not null as is_referenced,
        ({{ normalised_identifier('account.vat_id') }} is not null and vat.identifier is null)
        or ({{ normalised_identifier('account.duns_number') }} is not null and duns.identifier is null) as has_unusable_identifier

    from account

    left join identifier as vat
        on {{ normalised_identifier('account.vat_id') }} = vat.identifier
        and vat.identifier_type = 'vat_id'

    left join identifier as duns
        on {{ normalised_identifier('account.duns_number') }} = duns.identifier
        and duns.identifier_type = 'duns_number'

    left join referenced_accounts
        on account.account_id = referenced_accounts.account_id

),

-- The account that the ERP knows stands for its duplicates, else the one with the lowest id.
by_vat as (

    select
        vat_id,
        account_id as surviving_account_id

    from identified

    where vat_id is not null

    qualify row_number() over (partition by vat_id order by is_referenced desc, account_id asc) = 1

),

with_vat as (

    select
        identified.*,
        coalesce(by_vat.surviving_account_id, identified.account_id) as account_id_by_vat

    from identified

    left join by_vat
        on identified.vat_id = by_vat.vat_id

),

-- The DUNS number decides only where there is no VAT id: accounts with different VAT ids are different companies.
by_duns as (

    select
        duns_number,
        account_id_by_vat as surviving_account_id

    from with_vat

    where duns_number is not null

    qualify row_number() over (
        partition by duns_number
        order by vat_id is not null desc, is_referenced desc, account_id_by_vat asc
    ) = 1

),

resolved as (

    select
        with_vat.account_id,
        case
            when with_vat.vat_id is null then coalesce(by_duns.surviving_account_id, with_vat.account_id)
            else with_vat.account_id_by_vat
        end as surviving_account_id,
        with_vat.vat_id,
        with_vat.duns_number,
        with_vat.is_referenced,
        with_vat.has_unusable_identifier

    from with_vat

    left join by_duns
        on with_vat.duns_number = by_duns.duns_number

)

select * from resolved
