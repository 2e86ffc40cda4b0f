{#-
  Exact quantiles of a set with one value left out, without sorting the set again for each member.

  The quantile of n values at ratio q lies at position (n - 1) * q, counted from 0, and is interpolated between the
  two values around it (quantile_cont). Leaving one value out shifts positions by at most one, therefore three
  neighbouring values of the whole sorted set - low, middle, high - answer for every member, with four outcomes:
  the value left out is low or below, it is middle or between, it is above, or nothing is left out.
  A set is summarised once (quantile_weights, then quantile_outcomes); leave_one_out_quantile picks the outcome for a
  value. All arithmetic is decimal: the same input gives the same cent on every engine.
-#}

{#-
  Columns for a set of value_count values:
  <name>_position        position (from 1) of the lowest of the three values; 0 in a set of one, where nothing is read;
  <name>_weight          weight of the upper of two neighbours once a value is left out;
  <name>_whole_weight    the same with nothing left out, from 1 on if the two are middle and high.
-#}
{% macro quantile_weights(name, value_count, ratio) -%}
    {%- set one_out = '(' ~ value_count ~ ' - 2) * ' ~ ratio -%}
    {%- set whole = '(' ~ value_count ~ ' - 1) * ' ~ ratio -%}
    cast(floor({{ one_out }}) as bigint) + 1 as {{ name }}_position,
    cast({{ one_out }} - floor({{ one_out }}) as decimal(9, 6)) as {{ name }}_weight,
    cast({{ whole }} - floor({{ one_out }}) as decimal(9, 6)) as {{ name }}_whole_weight
{%- endmacro %}

{#-
  Columns that summarise a set: <name>_low and <name>_middle, at which the outcome changes, and the four outcomes.
  low, middle, high: the three values; outside the set any value will do, it has no weight there.
-#}
{% macro quantile_outcomes(name, low, middle, high, value_count, scale) -%}
    {{ low }} as {{ name }}_low,
    {{ middle }} as {{ name }}_middle,
    case when {{ value_count }} > 1 then {{ interpolated(middle, high, name ~ '_weight', scale) }} end as {{ name }}_without_low,
    case when {{ value_count }} > 1 then {{ interpolated(low, high, name ~ '_weight', scale) }} end as {{ name }}_without_middle,
    case when {{ value_count }} > 1 then {{ interpolated(low, middle, name ~ '_weight', scale) }} end as {{ name }}_without_high,
    case
        when {{ name }}_whole_weight < 1 then {{ interpolated(low, middle, name ~ '_whole_weight', scale) }}
        else {{ interpolated(middle, high, name ~ '_whole_weight - 1', scale) }}
    end as {{ name }}_of_all
{%- endmacro %}

{#- Between two values that are not negative, by the weight of the upper one. -#}
{% macro interpolated(lower, upper, weight, scale) -%}
    cast({{ lower }} + {{ rounded_product('(' ~ upper ~ ' - ' ~ lower ~ ')', '(' ~ weight ~ ')', scale) }} as decimal(18, {{ scale }}))
{%- endmacro %}

{#- The outcome for the value left out; NULL leaves none out. NULL result where no value remains. -#}
{% macro leave_one_out_quantile(name, left_out) -%}
    case
        when {{ left_out }} <= {{ name }}_low then {{ name }}_without_low
        when {{ left_out }} <= {{ name }}_middle then {{ name }}_without_middle
        when {{ left_out }} is not null then {{ name }}_without_high
        else {{ name }}_of_all
    end
{%- endmacro %}
