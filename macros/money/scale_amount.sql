{#-
  An amount times a fraction of two whole numbers, in cents, rounded half away from zero. Whole cents throughout:
  a division of decimals would pass through a floating-point number.
-#}
{% macro scale_amount(amount, numerator, denominator) -%}
    {%- set twice = 'abs(cast(' ~ amount ~ ' * 100 as bigint)) * ' ~ numerator ~ ' * 2' -%}
    cast(
        sign({{ amount }})
        * {{ integer_quotient('(' ~ twice ~ ' + ' ~ denominator ~ ')', '(2 * ' ~ denominator ~ ')') }}
        * cast(0.01 as decimal(3, 2)) as decimal(18, 2)
    )
{%- endmacro %}

{#- The whole part of the quotient of two whole numbers of the same sign. -#}
{% macro integer_quotient(dividend, divisor) %}{{ return(adapter.dispatch('integer_quotient', 'kundenwert')(dividend, divisor)) }}{% endmacro %}

{% macro default__integer_quotient(dividend, divisor) %}({{ dividend }} // {{ divisor }}){% endmacro %}

{% macro spark__integer_quotient(dividend, divisor) %}({{ dividend }} div {{ divisor }}){% endmacro %}
