{#- Aggregate: the largest values of a group as a list, largest first; `how_many` is one number throughout the group. -#}
{% macro largest_values(value, how_many) %}{{ return(adapter.dispatch('largest_values', 'kundenwert')(value, how_many)) }}{% endmacro %}

{% macro default__largest_values(value, how_many) %}max({{ value }}, {{ how_many }}){% endmacro %}

{% macro spark__largest_values(value, how_many) -%}
    slice(sort_array(collect_list({{ value }}), false), 1, max({{ how_many }}))
{%- endmacro %}

{#- The value at a position (from 1) of a list, NULL where the list is shorter. -#}
{% macro list_value(list, position) %}{{ return(adapter.dispatch('list_value', 'kundenwert')(list, position)) }}{% endmacro %}

{% macro default__list_value(list, position) %}list_extract({{ list }}, {{ position }}){% endmacro %}

{% macro spark__list_value(list, position) %}get({{ list }}, cast({{ position }} as int) - 1){% endmacro %}
