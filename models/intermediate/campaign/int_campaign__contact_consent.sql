-- grain: one customer with contacts
with

contacts as (

    select * from {{ ref('input_layer__contact') }}

),

crosswalk as (

    select *

    from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

counted as (

    select
        crosswalk.customer_id,
        cast(count(*) as integer) as contact_count,
        cast(sum(case when contacts.is_opted_out then 1 else 0 end) as integer) as opted_out_count

    from contacts

    inner join crosswalk
        on contacts.account_id = crosswalk.source_id

    group by crosswalk.customer_id

)

select * from counted
