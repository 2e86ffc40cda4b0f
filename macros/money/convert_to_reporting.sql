{#-
  An amount in the reporting currency, in cents. The reporting currency passes through as it is, and so does an
  amount without a currency; a foreign amount is multiplied by the rate and rounded half away from zero. Without a
  rate it is NULL. `rate` comes from a left join of int_currency__rate_by_day on currency_code and day:

      left join rate_by_day
          on line.currency_code = rate_by_day.currency_code
          and line.posting_date = rate_by_day.rate_date

  which has no row for the reporting currency.
-#}
{% macro convert_to_reporting(amount, currency_code, reporting_currency, rate) -%}
    case
        when {{ currency_code }} = {{ reporting_currency }} or {{ currency_code }} is null then {{ amount }}
        else cast(round(cast({{ amount }} as decimal(38, 2)) * {{ rate }}, 2) as decimal(18, 2))
    end
{%- endmacro %}
