{#-
  ABC classes by cumulative share, as a pure function of the metric.

  before(customer) is the sum of all strictly greater metrics of the population. A customer is A while
  before < a_cut x total, B while before < b_cut x total, else C. Customers with equal metrics therefore share a
  class, the customer that crosses a line stays above it (there is always an A), and the order of rows is irrelevant.

  Every class is an interval of the metric, so the rule is kept as two boundaries a partition
  (int_segmentation__class_boundary): the smallest metric that is still A and the smallest that is still A or B. They
  also answer "what is the cut-off?" in money.
-#}

{#- A, B, C; N for what is not ranked (a metric that is not positive, a customer outside the population); NULL where
    the metric is undefined. -#}
{% macro pareto_class(metric, class_a_minimum, class_b_minimum, is_in_population) -%}
    case
        when not {{ is_in_population }} then 'N'
        when {{ metric }} is null then null
        when {{ metric }} <= 0 then 'N'
        when {{ metric }} >= {{ class_a_minimum }} then 'A'
        when {{ metric }} >= {{ class_b_minimum }} then 'B'
        else 'C'
    end
{%- endmacro %}

{#- Whether the share before a row lies below a cut (a ratio with six decimals). Compared in whole numbers, cents times
    millionths, without division and without floats. -#}
{% macro is_before_cut(before_cents, total_cents, cut_ratio) -%}
    {{ before_cents }} * 1000000 < {{ total_cents }} * cast({{ cut_ratio }} * 1000000 as integer)
{%- endmacro %}

{#- Sum of whole numbers over the rows ahead of this one; 0 for the first. -#}
{% macro sum_before(number, partition_by, order_by) -%}
    coalesce(
        sum({{ number }}) over (
            partition by {{ partition_by }}
            order by {{ order_by }}
            rows between unbounded preceding and 1 preceding
        ),
        0
    )
{%- endmacro %}

{#- Money as whole cents, wide enough that sums of cents times millionths do not overflow. -#}
{% macro amount_in_cents(amount) %}{{ return(adapter.dispatch('amount_in_cents', 'kundenwert')(amount)) }}{% endmacro %}

{% macro default__amount_in_cents(amount) %}cast({{ amount }} * 100 as decimal(24, 0)){% endmacro %}

{#- DuckDB sums 64-bit integers in 128 bits, which is exact and several times faster than wide decimals. -#}
{% macro duckdb__amount_in_cents(amount) %}cast({{ amount }} * 100 as bigint){% endmacro %}
