-- grain: one normalised VAT id or DUNS number
with

account as (

    select * from {{ ref('input_layer__account') }}

),

debtor as (

    select * from {{ ref('int_customer__debtor') }}

),

policy as (

    select identity_maximum_sharing_count

    from {{ ref('int_policy__by_quarter') }}

    qualify row_number() over (order by quarter_start_date desc) = 1

),

stated as (

    select
        'vat_id' as identifier_type,
        {{ normalised_identifier('vat_id') }} as identifier,
        account_id,
        null as erp_customer_id

    from account

    union all

    select
        'duns_number' as identifier_type,
        {{ normalised_identifier('duns_number') }} as identifier,
        account_id,
        null as erp_customer_id

    from account

    union all

    select
        'vat_id' as identifier_type,
        vat_id as identifier,
        null as account_id,
        surviving_erp_customer_id as erp_customer_id

    from debtor

    union all

    select
        'duns_number' as identifier_type,
        duns_number as identifier,
        null as account_id,
        surviving_erp_customer_id as erp_customer_id

    from debtor

),

counted as (

    select
        identifier_type,
        identifier,
        count(distinct account_id) as account_count,
        count(distinct erp_customer_id) as debtor_count

    from stated

    where identifier is not null

    group by identifier_type, identifier

),

-- An identifier that many share was typed in to fill a field; it must not make one customer of strangers.
judged as (

    select
        counted.identifier_type,
        counted.identifier,
        counted.account_count,
        counted.debtor_count,
        coalesce(
            {{ is_identifying('counted.identifier') }}
            and greatest(counted.account_count, counted.debtor_count) <= policy.identity_maximum_sharing_count,
            false
        ) as is_identifying

    from counted

    left join policy
        on true

)

select * from judged
