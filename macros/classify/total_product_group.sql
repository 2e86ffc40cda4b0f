{#- The product group that stands for all groups together, in tables by product group. -#}
{% macro total_product_group() %}'__TOTAL__'{% endmacro %}
