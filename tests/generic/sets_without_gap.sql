{#-
  Classes given by lower limits that hold as a set, all rows of one valid_from together, leave no gap below the lowest: each set begins at `start`.
-#}
{% test sets_without_gap(model, column_name, start) %}
    select
        valid_from,
        {{ column_name }},
        concat(
            'the lowest {{ column_name }} of the set is ', cast({{ column_name }} as {{ dbt.type_string() }}),
            ', must be {{ start }}: what lies below belongs to none'
        ) as finding

    from (
        select
            valid_from,
            min({{ column_name }}) as {{ column_name }}
        from {{ model }}
        group by valid_from
    ) as sets

    where {{ column_name }} > {{ start }}
{% endtest %}
