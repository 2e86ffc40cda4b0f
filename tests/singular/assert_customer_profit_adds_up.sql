-- List less discount is net revenue, less cost of goods is gross margin, less cost to serve is contribution, to the cent; and what rests on an
-- unknown amount is unknown itself.
select
    quarter_start_date,
    customer_id

from {{ ref('customer_profit') }}

where
    list_amount - discount_amount <> net_revenue_amount
    or (list_amount is null) <> (discount_amount is null)
    or net_revenue_amount - cost_of_goods_amount <> gross_margin_amount
    or (cost_of_goods_amount is null) <> (gross_margin_amount is null)
    or gross_margin_amount - cost_to_serve_amount <> contribution_amount
    or (gross_margin_amount is null or cost_to_serve_amount is null) <> (contribution_amount is null)
