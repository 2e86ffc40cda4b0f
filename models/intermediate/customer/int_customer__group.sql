-- grain: one customer with a parent company
with

account as (

    select * from {{ ref('input_layer__account') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

parents_of_customers as (

    select
        crosswalk.customer_id as member_id,
        parent.customer_id as parent_id

    from account

    inner join crosswalk
        on account.account_id = crosswalk.source_id

    inner join crosswalk as parent
        on account.parent_account_id = parent.source_id

    where crosswalk.customer_id <> parent.customer_id

    qualify row_number() over (
        partition by crosswalk.customer_id
        order by crosswalk.is_primary desc, account.account_id asc
    ) = 1

),

roots as (

    {{ roots_of_chains('parents_of_customers') }}

),

final as (

    select
        member_id as customer_id,
        root_id as group_id,
        is_in_cycle as has_parent_cycle

    from roots

)

select * from final
