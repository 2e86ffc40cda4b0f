{#-
  An adopter's own column (prefix x_) of a relation where it was delivered, else another expression. Whether it was is
  known at run time only; a fixture of a unit test has none.
-#}
{% macro delivered_column(relation, relation_alias, column, otherwise) -%}
    {%- if column in pass_through_columns([relation]) -%}
        {{ relation_alias }}.{{ adapter.quote(column) }}
    {%- else -%}
        {{ otherwise }}
    {%- endif -%}
{%- endmacro %}
