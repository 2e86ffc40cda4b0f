{#-
  ABC classes by cumulative share, as a pure function of the metric.

  before(customer) is the sum of all strictly greater metrics of the population. A customer is A while
  before < a_cut x total, B while before < b_cut x total, else C. Customers with equal metrics therefore share a
  class, the customer that crosses a line stays above it (there is always an A), and the order of rows is irrelevant.

  Every class is an interval of the metric, so the rule is kept as two boundaries a partition: the smallest metric
  that is still A and the smallest that is still A or B. They also answer "what is the cut-off?" in money.

  All comparisons are between whole numbers: cents x millionths, without division and without floats.
-#}

{#- Metric of all rows ahead in descending order, in cents. Read through its minimum over equal metrics only: the first
    row of a group of equals sees exactly what is strictly greater, whichever of the equals comes first. -#}
{% macro pareto_before_cents(metric, partition_by) -%}
    coalesce(
        sum({{ amount_in_cents(metric) }}) over (
            partition by {{ partition_by }}
            order by {{ metric }} desc
            rows between unbounded preceding and 1 preceding
        ),
        0
    )
{%- endmacro %}

{% macro pareto_total_cents(metric, partition_by) -%}
    sum({{ amount_in_cents(metric) }}) over (partition by {{ partition_by }})
{%- endmacro %}

{#- Whether the share before a row lies below a cut (a ratio with six decimals). -#}
{% macro pareto_is_before_cut(before_cents, total_cents, cut_ratio) -%}
    {{ before_cents }} * 1000000 < {{ total_cents }} * cast({{ cut_ratio }} * 1000000 as integer)
{%- endmacro %}

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

{#- Money as whole cents, wide enough that sums of cents times millionths do not overflow. -#}
{% macro amount_in_cents(amount) %}{{ return(adapter.dispatch('amount_in_cents', 'kundenwert')(amount)) }}{% endmacro %}

{% macro default__amount_in_cents(amount) %}cast({{ amount }} * 100 as decimal(24, 0)){% endmacro %}

{#- DuckDB sums 64-bit integers in 128 bits, which is exact and several times faster than wide decimals. -#}
{% macro duckdb__amount_in_cents(amount) %}cast({{ amount }} * 100 as bigint){% endmacro %}
