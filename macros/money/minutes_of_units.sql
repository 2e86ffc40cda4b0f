{#- Whole ten-thousandths of a minute, or of a number of visits, as decimal. -#}
{% macro minutes_of_units(units) -%}
    cast(cast({{ units }} as decimal(18, 0)) * cast(0.0001 as decimal(5, 4)) as decimal(18, 4))
{%- endmacro %}
