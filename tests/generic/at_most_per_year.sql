{#- No calendar year has more than so many rows; a failing row is one of a year that has. -#}
{% test at_most_per_year(model, column_name, maximum) %}
    select
        *,
        concat(
            'one of ', cast(count(*) over (partition by extract(year from {{ column_name }})) as {{ dbt.type_string() }}),
            ' in ', cast(extract(year from {{ column_name }}) as {{ dbt.type_string() }})
        ) as finding

    from {{ model }}

    qualify count(*) over (partition by extract(year from {{ column_name }})) > {{ maximum }}
{% endtest %}
