{#-
  What a customer could buy beyond what it buys: potential less net revenue of the trailing twelve months, never below 0.
  A customer with more credit notes than invoices buys nothing: its revenue counts as 0. NULL without a potential.
-#}
{% macro growth_potential(potential_amount, net_revenue_amount) -%}
    case
        when {{ potential_amount }} is not null
            then cast(greatest({{ potential_amount }} - greatest({{ net_revenue_amount }}, 0), 0) as decimal(18, 2))
    end
{%- endmacro %}
