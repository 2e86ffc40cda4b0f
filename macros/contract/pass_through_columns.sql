{#-
  The names of an adopter's own columns (prefix x_) in any of the relations, sorted. They are known at run time
  only, so a relation that does not exist yet, or is a fixture of a unit test, has none.
-#}
{% macro pass_through_columns(relations) %}
    {%- set names = [] -%}
    {%- if execute -%}
        {%- for relation in relations if not relation.is_cte -%}
            {%- set existing = adapter.get_relation(relation.database, relation.schema, relation.identifier) -%}
            {%- if existing is not none -%}
                {%- for column in adapter.get_columns_in_relation(existing) -%}
                    {%- if column.name.lower().startswith('x_') and column.name.lower() not in names -%}
                        {%- do names.append(column.name.lower()) -%}
                    {%- endif -%}
                {%- endfor -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(names | sort) }}
{% endmacro %}

{#- The staging relations of every connector that delivers an entity. -#}
{% macro connector_relations(entity) %}
    {%- set relations = [] -%}
    {%- for system in connectors_of(entity) -%}
        {%- do relations.append(ref('stg_' ~ system ~ '__' ~ entity)) -%}
    {%- endfor -%}
    {{ return(relations) }}
{% endmacro %}

{#-
  The pass-through columns of the relations as lines of a column list, as text; nothing where there are none. A
  column of the contract must follow.
-#}
{% macro each_pass_through_column(relations) -%}
    {%- for column in pass_through_columns(relations) -%}
        {{ clean_text('cast(' ~ adapter.quote(column) ~ ' as varchar)') }} as {{ adapter.quote(column) }},
    {%- if not loop.last %}
        {% endif -%}
    {%- endfor -%}
{%- endmacro %}
