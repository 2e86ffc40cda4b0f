-- Every CRM account, every debtor and every billed number is in the crosswalk exactly once, and its customer is in dim_customer; no customer is
-- there without one. Guards against a company that disappears because nothing matched it.
{{ config(meta={'dagster': {'ref': {'name': 'int_customer__crosswalk'}}}) }}

with

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

),

customer as (

    select * from {{ ref('dim_customer') }}

),

known as (

    select
        'crm' as source_type,
        account_id as source_id

    from {{ ref('input_layer__account') }}

    union

    select
        'erp' as source_type,
        erp_customer_id as source_id

    from {{ ref('input_layer__customer') }}

    union

    select
        'erp' as source_type,
        erp_customer_id as source_id

    from {{ ref('input_layer__invoice_line') }}

),

linked as (

    select
        source_type,
        source_id,
        count(*) as row_count,
        count(distinct customer_id) as customer_count

    from crosswalk

    group by
        source_type,
        source_id

)

select
    coalesce(known.source_type, linked.source_type) as source_type,
    coalesce(known.source_id, linked.source_id) as source_id,
    'not exactly once in the crosswalk' as problem

from known

full outer join linked
    on known.source_type = linked.source_type
    and known.source_id = linked.source_id

where
    known.source_id is null
    or coalesce(linked.row_count, 0) <> 1

union all

select
    crosswalk.source_type,
    crosswalk.source_id,
    'its customer is not in dim_customer' as problem

from crosswalk

left join customer
    on crosswalk.customer_id = customer.customer_id

where customer.customer_id is null

union all

select
    null as source_type,
    customer.customer_id as source_id,
    'customer without account and debtor' as problem

from customer

left join crosswalk
    on customer.customer_id = crosswalk.customer_id

where crosswalk.customer_id is null
