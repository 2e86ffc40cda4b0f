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
        1 as account_count,
        0 as debtor_count

    from account

    union all

    select
        'duns_number' as identifier_type,
        {{ normalised_identifier('duns_number') }} as identifier,
        1 as account_count,
        0 as debtor_count

    from account

    union all

    select
        'vat_id' as identifier_type,
        vat_id as identifier,
        0 as account_count,
        1 as debtor_count

    from debtor

    group by vat_id, surviving_erp_customer_id

    union all

    select
        'duns_number' as identifier_type,
        duns_number as identifier,
        0 as account_count,
        1 as debtor_count

    from debtor

    group by duns_number, surviving_erp_customer_id

),

counted as (

    select
        identifier_type,
        identifier,
        cast(sum(account_count) as integer) as account_count,
        cast(sum(debtor_count) as integer) as debtor_count

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
