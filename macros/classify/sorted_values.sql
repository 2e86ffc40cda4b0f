{#- Aggregate: all values of a group as a list, smallest first. -#}
{% macro sorted_values(value) %}{{ return(adapter.dispatch('sorted_values', 'kundenwert')(value)) }}{% endmacro %}

{% macro default__sorted_values(value) %}list_sort(list({{ value }})){% endmacro %}

{% macro spark__sorted_values(value) %}sort_array(collect_list({{ value }})){% endmacro %}
