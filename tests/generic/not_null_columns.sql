{#- One scan for all columns of a table that are never null; a failing row is a row that lacks one of them. -#}
{% test not_null_columns(model, columns) %}
    select *
    from {{ model }}
    where
        {%- for column in columns %}
        {{ column }} is null{{ ' or' if not loop.last }}
        {%- endfor %}
{% endtest %}
