{#- A column holds words of a list, or nothing. A mapping stands for the list of its keys. -#}
{% test known_words(model, column_name, words) %}
    select *
    from {{ model }}
    where {{ column_name }} not in ('{{ words | join("', '") }}')
{% endtest %}
