{#- Aggregate: all values of a group as a list, smallest first; what is NULL stands behind all values or is left out. -#}
{% macro sorted_values(value) %}{{ return(adapter.dispatch('sorted_values', 'kundenwert')(value)) }}{% endmacro %}

{% macro default__sorted_values(value) %}list_sort(list({{ value }})){% endmacro %}

{% macro spark__sorted_values(value) %}sort_array(collect_list({{ value }})){% endmacro %}

{#- Aggregate: the values of all lists of a group as one list, as sorted_values of the values themselves. -#}
{% macro sorted_values_of_lists(list) %}{{ return(adapter.dispatch('sorted_values_of_lists', 'kundenwert')(list)) }}{% endmacro %}

{% macro default__sorted_values_of_lists(list) %}list_sort(flatten(list({{ list }}))){% endmacro %}

{% macro spark__sorted_values_of_lists(list) %}sort_array(flatten(collect_list({{ list }}))){% endmacro %}
