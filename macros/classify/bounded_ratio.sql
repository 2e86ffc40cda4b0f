{#- A ratio of two amounts with six decimals, kept between -1 and 1; NULL where the denominator is not positive. -#}
{% macro bounded_ratio(numerator, denominator) -%}
    case
        when {{ denominator }} > 0
            then cast(greatest(-1, least(1, {{ numerator }} / {{ denominator }})) as decimal(9, 6))
    end
{%- endmacro %}
