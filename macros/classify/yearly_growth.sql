{#-
  Growth a year between two yearly amounts so many quarters apart, compounded. NULL without a positive start and an end that
  is not negative, and where the end is a thousand times the start: a start that small says nothing.
-#}
{% macro yearly_growth(start_amount, end_amount, quarter_count) -%}
    case
        when {{ start_amount }} > 0 and {{ end_amount }} >= 0 and {{ end_amount }} < {{ start_amount }} * 1000
            then cast(power(cast({{ end_amount }} / {{ start_amount }} as double), 4.0 / {{ quarter_count }}) - 1 as decimal(9, 6))
    end
{%- endmacro %}
