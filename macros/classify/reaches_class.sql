{#-
  Whether an amount would put a customer into its class by potential, whose smallest member is class_minimum_amount (NULL for
  class C, which any amount above 0 is in). Where classes go by another measure than the amount, the profit at the potential,
  it is taken at the same rate: amount x measure / potential >= minimum, multiplied out so that the cut-off is met exactly.
  NULL without an amount. Reads potential_amount, potential_measure_amount and class_minimum_amount of the row.
-#}
{% macro reaches_class(amount) -%}
    case
        when class_minimum_amount is null then {{ amount }} > 0
        else {{ amount }} * potential_measure_amount >= class_minimum_amount * potential_amount
    end
{%- endmacro %}
