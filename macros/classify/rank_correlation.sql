{#-
  Spearman's rank correlation in whole numbers: the result depends neither on the order of rows nor on the number of threads.

  Each value gets twice its average rank: the first plus the last rank of its ties. Over n rows these sum up to n (n + 1), so
  the co-variation of two of them is the sum of their products less n (n + 1) squared, exactly.
-#}

{#- Twice the average rank of a value among the rows of a partition; equal values share it. -#}
{% macro twice_average_rank(value, partition_by) -%}
    rank() over (partition by {{ partition_by }} order by {{ value }})
    + count(*) over (partition by {{ partition_by }} order by {{ value }})
{%- endmacro %}

{#- Aggregate: co-variation of two columns of twice_average_rank, the variation of one when given twice. -#}
{% macro rank_covariation(left_rank, right_rank) -%}
    sum({{ exact_integer(left_rank ~ ' * ' ~ right_rank) }}) - {{ exact_integer('count(*)') }} * (count(*) + 1) * (count(*) + 1)
{%- endmacro %}

{#- Correlation from the co-variation and the two variations; NULL where one of the two does not vary. -#}
{% macro correlation_of(covariation, left_variation, right_variation) -%}
    case
        when {{ left_variation }} > 0 and {{ right_variation }} > 0
            then cast({{ covariation }} as double) / sqrt(cast({{ left_variation }} as double)) / sqrt(cast({{ right_variation }} as double))
    end
{%- endmacro %}

{#-
  Correlation of two measures with a third held equal (partial correlation). NULL where the third determines one of them; the
  plain correlation where the third does not vary.
-#}
{% macro partial_correlation(correlation, left_with_third, right_with_third) -%}
    {%- set left_with_third = 'coalesce(' ~ left_with_third ~ ', 0)' -%}
    {%- set right_with_third = 'coalesce(' ~ right_with_third ~ ', 0)' -%}
    case
        -- Rounded: a full correlation may differ from 1 in its last digit.
        when abs(round({{ left_with_third }}, 9)) < 1 and abs(round({{ right_with_third }}, 9)) < 1
            then ({{ correlation }} - {{ left_with_third }} * {{ right_with_third }})
                / sqrt(1 - {{ left_with_third }} * {{ left_with_third }})
                / sqrt(1 - {{ right_with_third }} * {{ right_with_third }})
    end
{%- endmacro %}

{#-
  Two-sided probability of a standard normal value at least as far from 0. Engines lack the error function; this is formula
  7.1.26 of Abramowitz and Stegun, Handbook of Mathematical Functions, with an error below 0.00000015.
-#}
{% macro two_sided_p_value(z) -%}
    {%- set t = '(1 / (1 + 0.3275911 * abs(' ~ z ~ ') / sqrt(2)))' -%}
    {{ t }} * (0.254829592 + {{ t }} * (-0.284496736 + {{ t }} * (1.421413741 + {{ t }} * (-1.453152027 + {{ t }} * 1.061405429))))
    * exp(-({{ z }}) * ({{ z }}) / 2)
{%- endmacro %}
