{#- One row for each integer from first to last; for use as the only such expression of a select list. -#}
{% macro each_integer(first, last) %}{{ return(adapter.dispatch('each_integer', 'kundenwert')(first, last)) }}{% endmacro %}

{% macro default__each_integer(first, last) %}unnest(generate_series({{ first }}, {{ last }})){% endmacro %}

{% macro spark__each_integer(first, last) %}explode(sequence({{ first }}, {{ last }})){% endmacro %}
