-- grain: one customer per quarter with a complaint or a legal or safety matter open on the last day counted
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

inquiries as (

    select * from {{ ref('input_layer__inquiry') }}

),

crosswalk as (

    select *

    from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

escalations as (

    select
        crosswalk.customer_id,
        cast(inquiries.received_at as date) as received_date,
        cast(inquiries.closed_at as date) as closed_date,
        coalesce(inquiries.status in ('won', 'lost', 'closed'), false) as is_closed

    from inquiries

    inner join crosswalk
        on inquiries.account_id = crosswalk.source_id

    where inquiries.inquiry_type in ('complaint', 'legal_safety')

),

-- The day of closing decides. Without one only the present status is known: a closed matter then counts as never open.
open_escalations as (

    select distinct
        quarters.quarter_start_date,
        escalations.customer_id

    from escalations

    inner join quarters
        on escalations.received_date <= quarters.as_of_date
        and (
            escalations.closed_date > quarters.as_of_date
            or (escalations.closed_date is null and not escalations.is_closed)
        )

)

select * from open_escalations
