{#-
  Splits an amount over participants in proportion to their weights, exact to the cent (largest remainder):
  each share is rounded down to whole cents, and the cents left over go one by one to the largest remainders,
  ties in the order of `tie_break`. The shares of a group add up to its amount whatever the weights are.

  A weight may be negative (capacity used beyond what there is) as long as the group's total is positive; shares
  are rounded towards minus infinity then. A negative amount is split as its absolute value and the sign turned.
  A group whose total weight is not positive, and a group without an amount, get NULL.

  Participants of equal weight have equal shares, so shares and remainders are computed once a weight, and its
  participants get a cent each or none. Only where the cents run out within a remainder are participants ranked.

  relation      a CTE or table; group_by and tie_break: lists of its columns, together its key
  amount        column, DECIMAL(18,2), the same in each row of a group
  weight        column, DECIMAL(18,4)

  Returns a SELECT of all columns of the relation and `allocated_amount` DECIMAL(18,2).
-#}
{% macro allocate_largest_remainder(relation, group_by, amount, weight, tie_break) %}
    {%- set group_columns = group_by | join(', ') %}
    {%- set key_columns = group_by + tie_break %}
    with

    weights as (

        select
            {{ group_columns }},
            {{ amount }},
            {{ weight }},
            count(*) as participant_count,
            {{ smallest_units(weight, 4) }} as weight_units,
            {{ smallest_units('abs(' ~ amount ~ ')', 2) }} as amount_cents

        from {{ relation }}

        group by {{ group_columns }}, {{ amount }}, {{ weight }}

    ),

    totals as (

        select
            {{ group_columns }},
            sum(weight_units * participant_count) as total_units

        from weights

        group by {{ group_columns }}

    ),

    floored as (

        select
            weights.*,
            totals.total_units,
            weights.amount_cents * weights.weight_units as share_product,
            {{ floor_quotient('weights.amount_cents * weights.weight_units', 'totals.total_units') }} as floor_cents

        from weights

        inner join totals
            on {{ same_values('weights', 'totals', group_by) }}

        where totals.total_units > 0 and weights.{{ amount }} is not null

    ),

    floored_sums as (

        select
            {{ group_columns }},
            sum(floor_cents * participant_count) as floor_cents

        from floored

        group by {{ group_columns }}

    ),

    remainders as (

        select
            floored.*,
            floored.share_product - floored.floor_cents * floored.total_units as remainder,
            floored.amount_cents - floored_sums.floor_cents as left_over_cents

        from floored

        inner join floored_sums
            on {{ same_values('floored', 'floored_sums', group_by) }}

    ),

    counted as (

        select
            *,
            sum(participant_count) over (partition by {{ group_columns }} order by remainder desc) as count_up_to

        from remainders

    ),

    -- Where the cents run out: what the remainders ahead have left of them goes to the next one, in part.
    cut_offs as (

        select
            {{ group_columns }},
            max(left_over_cents) - coalesce(max(case when count_up_to <= left_over_cents then count_up_to end), 0) as ranked_cents,
            min(case when count_up_to > left_over_cents then count_up_to end) as cut_count

        from counted

        group by {{ group_columns }}

    ),

    shares as (

        select
            {{ prefixed('counted', group_by + [weight]) }},
            counted.floor_cents + case when counted.count_up_to <= counted.left_over_cents then 1 else 0 end as share_cents,
            case
                when counted.count_up_to = cut_offs.cut_count and cut_offs.ranked_cents > 0 then cut_offs.ranked_cents
            end as ranked_cents

        from counted

        inner join cut_offs
            on {{ same_values('counted', 'cut_offs', group_by) }}

    ),

    favoured as (

        select {{ prefixed('participants', key_columns) }}

        from {{ relation }} as participants

        inner join shares
            on {{ same_values('participants', 'shares', group_by + [weight]) }}

        where shares.ranked_cents is not null

        qualify row_number() over (
            partition by {{ prefixed('participants', group_by) }}
            order by {{ prefixed('participants', tie_break) }}
        ) <= shares.ranked_cents

    )

    select
        participants.*,
        {{ amount_of_cents(
            'case when participants.' ~ amount ~ ' < 0 then -1 else 1 end '
            ~ '* (shares.share_cents + case when favoured.' ~ tie_break[0] ~ ' is not null then 1 else 0 end)'
        ) }} as allocated_amount

    from {{ relation }} as participants

    left join shares
        on {{ same_values('participants', 'shares', group_by + [weight]) }}

    left join favoured
        on {{ same_values('participants', 'favoured', key_columns) }}
{% endmacro %}

{#- Condition that two relations agree in some columns. -#}
{% macro same_values(left, right, columns) -%}
    {%- for column in columns -%}
        {{ left }}.{{ column }} = {{ right }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- Columns with the name of their relation in front. -#}
{% macro prefixed(relation, columns) -%}
    {%- for column in columns -%}
        {{ relation }}.{{ column }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
