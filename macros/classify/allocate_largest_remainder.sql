{#-
  Splits an amount over participants in proportion to their weights, exact to the cent (largest remainder):
  each share is rounded down to whole cents, and the cents left over go one by one to the largest remainders,
  ties in the order of `tie_break`. The shares of a group add up to its amount whatever the weights are.

  A weight may be negative (capacity used beyond what there is) as long as the group's total is positive; shares
  are rounded towards minus infinity then. A negative amount is split as its absolute value and the sign turned.
  A group whose total weight is not positive, and a group without an amount, get NULL.

  relation      a CTE or table; group_by and tie_break: lists of its columns, together its key
  amount        column, DECIMAL(18,2), the same in each row of a group
  weight        column, DECIMAL(18,4)

  Returns a SELECT of all columns of the relation and `allocated_amount` DECIMAL(18,2), besides helper columns
  that begin with `share_`.
-#}
{% macro allocate_largest_remainder(relation, group_by, amount, weight, tie_break) %}
    {%- set group_columns = group_by | join(', ') %}
    select
        ranked.*,
        {{ amount_of_cents(
            'share_sign * (share_floor_cents '
            ~ '+ case when share_rank <= share_cents - share_group_floor_cents then 1 else 0 end)'
        ) }} as allocated_amount
    from (
        select
            floored.*,
            sum(share_floor_cents) over (partition by {{ group_columns }}) as share_group_floor_cents,
            row_number() over (
                partition by {{ group_columns }}
                order by share_product - share_floor_cents * share_group_weight desc, {{ tie_break | join(', ') }}
            ) as share_rank
        from (
            select
                weighted.*,
                {{ floor_quotient('share_product', 'share_group_weight') }} as share_floor_cents
            from (
                select
                    participant.*,
                    group_total.share_group_weight,
                    case when {{ amount }} < 0 then -1 else 1 end as share_sign,
                    {{ smallest_units('abs(' ~ amount ~ ')', 2) }} as share_cents,
                    {{ smallest_units('abs(' ~ amount ~ ')', 2) }} * {{ smallest_units(weight, 4) }} as share_product
                from {{ relation }} as participant
                left join (
                    select
                        {{ group_columns }},
                        sum({{ smallest_units(weight, 4) }}) as share_group_weight
                    from {{ relation }}
                    group by {{ group_columns }}
                    having sum({{ smallest_units(weight, 4) }}) > 0
                ) as group_total
                    on
                        {%- for column in group_by %}
                        participant.{{ column }} = group_total.{{ column }}{{ ' and' if not loop.last }}
                        {%- endfor %}
            ) as weighted
        ) as floored
    ) as ranked
{% endmacro %}
