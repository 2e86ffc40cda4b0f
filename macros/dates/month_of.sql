{#- The month that holds a date as a dense integer, year * 12 + month: neighbours differ by one. -#}
{% macro month_index_of(date) -%}
    cast(extract(year from {{ date }}) * 12 + extract(month from {{ date }}) as integer)
{%- endmacro %}
