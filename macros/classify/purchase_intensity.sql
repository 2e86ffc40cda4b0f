{#- What a company spends per employee; NULL where the number of employees is unknown. -#}
{% macro purchase_intensity(amount, employee_count) -%}
    case when {{ employee_count }} > 0 then cast(round({{ amount }} / {{ employee_count }}, 6) as decimal(18, 6)) end
{%- endmacro %}
