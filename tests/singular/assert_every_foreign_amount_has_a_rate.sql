-- No amount in a foreign currency is without an exchange rate on or before its date. Guards against revenue or cost that is missing from every sum
-- because its conversion gave NULL.
select
    entity,
    currency_code,
    posting_date,
    row_count

from {{ ref('int_currency__missing_rate') }}
