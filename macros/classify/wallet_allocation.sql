{#-
  Wallet allocation rule: the share of its spend that a customer gives a supplier by the supplier's rank among all that it uses,
  (1 - rank / (suppliers + 1)) * 2 / suppliers. Written as one quotient of whole numbers; the shares of all ranks add up to 1 but for
  the rounding to six decimals. NULL where the rank is no whole number from 1 to the number of suppliers, or that is none.
-#}
{% macro wallet_allocation(rank, supplier_count) -%}
    case
        when {{ is_rank_among(rank, supplier_count) }}
            then cast(
                cast(2 * ({{ supplier_count }} + 1 - {{ rank }}) as decimal(18, 6)) / ({{ supplier_count }} * ({{ supplier_count }} + 1))
                as decimal(9, 6)
            )
    end
{%- endmacro %}

{#- Is it a whole number from 1 to a whole number? -#}
{% macro is_rank_among(rank, count) -%}
    ({{ rank }} = floor({{ rank }}) and {{ count }} = floor({{ count }}) and {{ rank }} between 1 and {{ count }})
{%- endmacro %}
