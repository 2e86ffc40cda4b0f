{#- The mean of a sum of money over a number of customers, in cents, rounded half away from zero; NULL for none. -#}
{% macro mean_amount(amount, count) -%}
    case when {{ count }} > 0 then {{ scale_amount(amount, '1', 'greatest(' ~ count ~ ', 1)') }} end
{%- endmacro %}
