-- grain: one id under which a customer is published, or may have been before
{{ config(materialized='view') }}

with

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

),

-- A customer is called by a debtor, or, before there was one, by its account, whose id is qualified where a debtor has the number.
called as (

    select
        source_id as published_customer_id,
        customer_id,
        case when source_type = 'erp' then 1 else 3 end as precedence

    from crosswalk

    union all

    select
        concat('crm:', source_id) as published_customer_id,
        customer_id,
        2 as precedence

    from crosswalk

    where source_type = 'crm'

),

final as (

    select
        published_customer_id,
        min_by(customer_id, precedence) as customer_id

    from called

    group by published_customer_id

)

select * from final
