{#- A date moved by whole days, as a date. -#}
{% macro add_days(date, days) -%}
    cast({{ dbt.dateadd('day', days, date) }} as date)
{%- endmacro %}
