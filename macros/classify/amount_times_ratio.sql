{#- An amount times a ratio of up to six decimal places, rounded to cents. -#}
{% macro amount_times_ratio(amount, ratio) -%}
    {{ rounded_product(amount, ratio, 2) }}
{%- endmacro %}

{#- A decimal times a ratio of up to six decimal places, rounded half away from zero to the scale of the decimal; exact for any value. -#}
{% macro rounded_product(value, ratio, scale) %}{{ return(adapter.dispatch('rounded_product', 'kundenwert')(value, ratio, scale)) }}{% endmacro %}

{#- In 18 digits the product takes a fifth of the time, but overflows above ten billion: only such values take 38 digits. -#}
{% macro default__rounded_product(value, ratio, scale) -%}
    coalesce(
        try(cast(cast({{ value }} as decimal(18, {{ scale }})) * {{ ratio }} as decimal(18, {{ scale }}))),
        {{ product_in_38_digits(value, ratio, scale) }}
    )
{%- endmacro %}

{% macro spark__rounded_product(value, ratio, scale) -%}
    {{ product_in_38_digits(value, ratio, scale) }}
{%- endmacro %}

{% macro product_in_38_digits(value, ratio, scale) -%}
    cast(round(cast({{ value }} as decimal(28, {{ scale }})) * {{ ratio }}, {{ scale }}) as decimal(18, {{ scale }}))
{%- endmacro %}
