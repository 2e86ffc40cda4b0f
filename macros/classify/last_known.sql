{#- The latest value that is not null, up to the current row of a window; the `over` clause follows the call. -#}
{% macro last_known(column) %}{{ return(adapter.dispatch('last_known', 'kundenwert')(column)) }}{% endmacro %}

{% macro default__last_known(column) %}last_value({{ column }} ignore nulls){% endmacro %}

{% macro spark__last_known(column) %}last_value({{ column }}, true){% endmacro %}
