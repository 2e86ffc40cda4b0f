-- grain: one contact that may be written to
with

contacts as (

    select * from {{ ref('input_layer__contact') }}

),

accounts as (

    select * from {{ ref('input_layer__account') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

-- Without a statement a contact has not opted out; an account that is blocked or marked is not written to.
contactable as (

    select
        crosswalk.customer_id,
        contacts.account_id,
        contacts.contact_id,
        contacts.contact_role

    from contacts

    inner join accounts
        on contacts.account_id = accounts.account_id

    inner join crosswalk
        on contacts.account_id = crosswalk.source_id

    where
        not coalesce(contacts.is_opted_out, false)
        and not coalesce(accounts.is_do_not_contact, false)
        and coalesce(accounts.account_status, '') <> 'blocked'

)

select * from contactable
