{#-
  The quantile at a ratio of a sorted list of amounts, interpolated between the two values around position
  (n - 1) * ratio (quantile_cont), for a ratio that differs from row to row.
-#}
{% macro quantile_of_sorted(sorted_list, value_count, ratio) -%}
    {%- set position = '(' ~ value_count ~ ' - 1) * ' ~ ratio -%}
    {%- set lower = list_value(sorted_list, 'cast(floor(' ~ position ~ ') as bigint) + 1') -%}
    {%- set upper = list_value(sorted_list, 'cast(ceil(' ~ position ~ ') as bigint) + 1') -%}
    {{ interpolated(
        'cast(' ~ lower ~ ' as decimal(18, 2))',
        'cast(' ~ upper ~ ' as decimal(18, 2))',
        'cast(' ~ position ~ ' - floor(' ~ position ~ ') as decimal(9, 6))',
        2,
    ) }}
{%- endmacro %}
