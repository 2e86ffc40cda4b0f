{#- First day of the quarter that holds a date. -#}
{% macro quarter_start_of(date) -%}
    cast({{ dbt.date_trunc('quarter', date) }} as date)
{%- endmacro %}

{#- The quarter that holds a date as a dense integer, year * 4 + quarter: neighbours differ by one. -#}
{% macro quarter_index_of(date) -%}
    cast(extract(year from {{ date }}) * 4 + extract(quarter from {{ date }}) as integer)
{%- endmacro %}

{#- First day of the quarter with an index, the inverse of quarter_index_of. -#}
{% macro quarter_start_of_index(quarter_index) -%}
    make_date(
        cast(floor(({{ quarter_index }} - 1) / 4.0) as integer),
        cast(({{ quarter_index }} - 1) % 4 as integer) * 3 + 1,
        1
    )
{%- endmacro %}
