{#-
  Whole numbers of up to 38 digits: cents times minutes of a large pool do not fit into 64 bits, and a float
  would lose the cent that reconciliation is about.
-#}
{% macro exact_integer(expression) -%}
    cast({{ expression }} as {{ adapter.dispatch('exact_integer_type', 'kundenwert')() }})
{%- endmacro %}

{% macro default__exact_integer_type() %}decimal(38, 0){% endmacro %}

{% macro duckdb__exact_integer_type() %}hugeint{% endmacro %}

{#-
  A decimal of at most 18 digits as an exact whole number of its smallest units: 12.34 with 2 places is 1234.
-#}
{% macro smallest_units(decimal_expression, places) -%}
    {{ exact_integer(adapter.dispatch('smallest_units', 'kundenwert')(decimal_expression, '1' ~ '0' * places, places)) }}
{%- endmacro %}

{% macro default__smallest_units(decimal_expression, units, places) -%}
    cast({{ decimal_expression }} as decimal(38, {{ places }})) * {{ units }}
{%- endmacro %}

{#- In two parts that stay within 64 bits; the cast of a wide decimal divides by its scale and takes ten times as long. -#}
{% macro duckdb__smallest_units(decimal_expression, units, places) -%}
    cast(trunc({{ decimal_expression }}) as bigint) * {{ units }} + cast(({{ decimal_expression }} % 1) * {{ units }} as bigint)
{%- endmacro %}

{#- Whole cents as money. -#}
{% macro amount_of_cents(cents) -%}
    cast(cast({{ cents }} as decimal(18, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2))
{%- endmacro %}

{#-
  Quotient of two exact integers rounded towards minus infinity; the divisor is positive. Engines cut towards zero,
  which is one too high for a negative dividend that does not divide evenly.
-#}
{% macro floor_quotient(dividend, divisor) %}{{ return(adapter.dispatch('floor_quotient', 'kundenwert')(dividend, divisor)) }}{% endmacro %}

{% macro default__floor_quotient(dividend, divisor) -%}
    (({{ dividend }}) div ({{ divisor }}) - case when (({{ dividend }}) div ({{ divisor }})) * ({{ divisor }}) > {{ dividend }} then 1 else 0 end)
{%- endmacro %}

{% macro duckdb__floor_quotient(dividend, divisor) -%}
    (({{ dividend }}) // ({{ divisor }}) - case when (({{ dividend }}) // ({{ divisor }})) * ({{ divisor }}) > {{ dividend }} then 1 else 0 end)
{%- endmacro %}

{#- Quotient of two exact integers, not negative and positive, rounded half up. -#}
{% macro rounded_quotient(dividend, divisor) -%}
    {{ floor_quotient('2 * (' ~ dividend ~ ') + ' ~ divisor, '2 * (' ~ divisor ~ ')') }}
{%- endmacro %}
