{#- Delivered text without surrounding blanks; text that is empty then is NULL, never ''. -#}
{% macro clean_text(column) -%}
    nullif(trim({{ column }}), '')
{%- endmacro %}
