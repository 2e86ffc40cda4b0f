{#- An amount times a ratio of up to six decimal places, rounded to cents. Wide enough for any amount: 18 digits would overflow above ten billion. -#}
{% macro amount_times_ratio(amount, ratio) -%}
    cast(round(cast({{ amount }} as decimal(28, 2)) * {{ ratio }}, 2) as decimal(18, 2))
{%- endmacro %}
