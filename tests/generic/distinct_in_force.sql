{#- No two keys have the same value on the same day. -#}
{% test distinct_in_force(model, key, column_name) %}
    with

    policy as (

        select * from {{ model }}

    ),

    in_force as (

        {{ policy_in_force_at_changes('policy', key) }}

    )

    select distinct
        one.{{ key }},
        one.valid_from,
        concat(
            '{{ column_name }} ', cast(one.{{ column_name }} as {{ dbt.type_string() }}),
            ' is also that of ', other.{{ key }},
            ' from ', cast(other.valid_from as {{ dbt.type_string() }}), ' on'
        ) as finding

    from in_force as one

    inner join in_force as other
        on one.change_date = other.change_date
        and one.{{ column_name }} = other.{{ column_name }}
        and one.{{ key }} <> other.{{ key }}
{% endtest %}
