{#-
  Coefficient of variation (standard deviation of the population over its mean) from exact sums of values and of their squares; NULL where the mean is not
  positive. Adding up floats would depend on the order of the rows; here only the root is one.
-#}
{% macro variation_of_sums(total, square_total, value_count) -%}
    case
        when {{ total }} > 0
            then cast(
                sqrt(cast(greatest({{ value_count }} * {{ square_total }} - {{ total }} * {{ total }}, 0) as double))
                / cast({{ total }} as double) as decimal(9, 6)
            )
    end
{%- endmacro %}
