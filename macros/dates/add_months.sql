{#- A date moved by calendar months, as a date; a day that the month lacks becomes its last day. -#}
{% macro add_months(date, months) -%}
    cast({{ dbt.dateadd('month', months, date) }} as date)
{%- endmacro %}
