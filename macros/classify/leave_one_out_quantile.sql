{#-
  Exact quantiles of a set with one value left out, without sorting the set again for each member.

  The quantile of n values at ratio q lies at position (n - 1) * q, counted from 0, and is interpolated between the
  two values around it (quantile_cont). Whoever is left out shifts positions by at most one, therefore three
  neighbouring values of the whole set answer for every member: those at quantile_low_position, one and two
  above it. If the value left out is not above the low one, everything from there on moves down by one.
  All arithmetic is decimal: the same input gives the same cent on every engine.
-#}

{#- Position (from 1) of the lowest of the three values. May be 0 in a set of one, where nothing is there to be read. -#}
{% macro quantile_low_position(value_count, ratio) -%}
    cast(floor(({{ value_count }} - 2) * {{ ratio }}) as bigint) + 1
{%- endmacro %}

{#-
  value_prefix: prefix of the columns <prefix>_low, <prefix>_middle and <prefix>_high with the three values.
  value_count: number of values in the whole set. left_out: the value left out, NULL where none is.
  scale: decimal places of the result. NULL where no value remains.
-#}
{% macro leave_one_out_quantile(value_prefix, value_count, left_out, ratio, scale) -%}
    {%- set low = value_prefix ~ '_low' -%}
    {%- set middle = value_prefix ~ '_middle' -%}
    {%- set high = value_prefix ~ '_high' -%}
    {%- set without = '((' ~ value_count ~ ' - 2) * ' ~ ratio ~ ')' -%}
    {%- set whole = '((' ~ value_count ~ ' - 1) * ' ~ ratio ~ ')' -%}
    {%- set interpolated -%}
        case
            when {{ left_out }} is not null and {{ value_count }} < 2 then null
            when {{ left_out }} <= {{ low }}
                then {{ middle }} + ({{ high }} - {{ middle }}) * ({{ without }} - floor({{ without }}))
            when {{ left_out }} <= {{ middle }}
                then {{ low }} + ({{ high }} - {{ low }}) * ({{ without }} - floor({{ without }}))
            when {{ left_out }} is not null
                then {{ low }} + ({{ middle }} - {{ low }}) * ({{ without }} - floor({{ without }}))
            when floor({{ whole }}) = floor({{ without }})
                then {{ low }} + ({{ middle }} - {{ low }}) * ({{ whole }} - floor({{ whole }}))
            else {{ middle }} + ({{ high }} - {{ middle }}) * ({{ whole }} - floor({{ whole }}))
        end
    {%- endset -%}
    cast(round({{ interpolated }}, {{ scale }}) as decimal(18, {{ scale }}))
{%- endmacro %}
