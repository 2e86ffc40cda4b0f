-- Credit notes and bonuses are delivered negative. A positive one counts as delivered and raises revenue, because a sign that is flipped in silence
-- would hide which source is wrong.
-- warn: the amounts are the source's own, and single cancelled credit notes are legitimate.
{{ config(severity='warn') }}

select
    data_source,
    document_type,
    count(*) as line_count,
    sum(net_amount) as net_amount

from {{ ref('fct_invoice_line') }}

where document_type <> 'invoice' and net_amount > 0

group by
    data_source,
    document_type
