{#-
  The working day (Monday to Friday) that is so many after a date: 1 is the next one. Public holidays are not known to models. Days are counted from
  1900-01-01, a Monday.
-#}
{% macro working_day_after(date, count) -%}
    {%- set day_number = dbt.datediff("cast('1900-01-01' as date)", date, 'day') -%}
    {%- set week = floor_quotient(day_number, '7') -%}
    {%- set working_number = '(5 * (' ~ week ~ ') + least((' ~ day_number ~ ') - 7 * (' ~ week ~ ') + 1, 5))' -%}
    {%- set target = '(' ~ working_number ~ ' + ' ~ count ~ ' - 1)' -%}
    {%- set target_week = floor_quotient(target, '5') -%}
    {{ add_days("cast('1900-01-01' as date)", 'cast(' ~ target ~ ' + 2 * (' ~ target_week ~ ') as integer)') }}
{%- endmacro %}
