{#- Of two named values the one is smaller than the other on every day, or equal where that is allowed. -#}
{% test values_in_order(model, name_column, value_column, smaller, larger, or_equal=false) %}
    with

    policy as (

        select * from {{ model }}

        where {{ name_column }} in ('{{ smaller }}', '{{ larger }}')

    ),

    in_force as (

        {{ policy_in_force_at_changes('policy', name_column) }}

    )

    select
        smaller_row.{{ name_column }},
        smaller_row.{{ value_column }},
        smaller_row.valid_from,
        concat(
            cast(smaller_row.{{ value_column }} as {{ dbt.type_string() }}),
            ' must be {{ "at most" if or_equal else "below" }} {{ larger }}, which is ',
            cast(larger_row.{{ value_column }} as {{ dbt.type_string() }}),
            ' from ', cast(larger_row.valid_from as {{ dbt.type_string() }}), ' on'
        ) as finding

    from in_force as smaller_row

    inner join in_force as larger_row
        on smaller_row.change_date = larger_row.change_date
        and larger_row.{{ name_column }} = '{{ larger }}'

    where
        smaller_row.{{ name_column }} = '{{ smaller }}'
        and try_cast(smaller_row.{{ value_column }} as decimal(38, 9))
        {{ ">" if or_equal else ">=" }} try_cast(larger_row.{{ value_column }} as decimal(38, 9))
{% endtest %}
