{#-
  First day of the window of whole months that ends on a date: 12 months ending 2026-09-30 begin 2025-10-01,
  12 months ending 2026-11-13 begin 2025-11-14. Counted from the day after the end, so that a window that ends
  with a month begins with one, leap year or not.
-#}
{% macro first_day_of_months_ending(date, months) -%}
    {{ add_months(add_days(date, 1), '-1 * (' ~ months ~ ')') }}
{%- endmacro %}
