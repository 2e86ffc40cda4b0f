{#- A condition that holds in every row; a row in which it cannot be decided passes. `columns` are those to look at. -#}
{% test row_rule(model, columns, condition) %}
    select *
    from {{ model }}
    where not ({{ condition }})
{% endtest %}
