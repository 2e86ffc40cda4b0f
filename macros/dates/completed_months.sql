{#- Whole months from one date to a later one: 11 from 2025-10-01 to 2026-09-30, 12 to 2026-10-01. -#}
{% macro completed_months(from_date, to_date) -%}
    {%- set boundaries -%}
    (
        (extract(year from {{ to_date }}) - extract(year from {{ from_date }})) * 12
        + extract(month from {{ to_date }}) - extract(month from {{ from_date }})
    )
    {%- endset -%}
    cast(
        {{ boundaries }}
        - case when {{ add_months(from_date, boundaries) }} > {{ to_date }} then 1 else 0 end
        as integer
    )
{%- endmacro %}
