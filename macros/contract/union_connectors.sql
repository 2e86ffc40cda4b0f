{#-
  The null-safe union of every connector that delivers an entity. A connector registers itself by a macro
  `connector__<system>` in its own folder, which returns the entities it delivers, so that adding one touches
  nothing else. Columns are matched by name; a column that a connector lacks is NULL. Only the data sources
  that the run names are kept: a home may hold raw data of several systems. What counts is the load column
  `_data_source`; the contract's data_source may name the system behind a delivery that combines several.
-#}
{% macro connectors_of(entity) %}
    {%- set systems = [] -%}
    {%- for name in context.keys() | sort -%}
        {%- if name.startswith('connector__') and entity in context[name]() -%}
            {%- do systems.append(name[('connector__' | length):]) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(systems) }}
{% endmacro %}

{% macro union_connectors(entity) %}
    select all_connectors.*
    from (
        {%- for system in connectors_of(entity) %}
        select * from {{ ref('stg_' ~ system ~ '__' ~ entity) }}
        {%- if not loop.last %}
        {{ union_all_by_name() }}
        {%- endif %}
        {%- endfor %}
    ) as all_connectors
    where all_connectors._data_source in (select enabled.data_source from {{ source('run', 'data_source') }} as enabled)
{% endmacro %}

{% macro union_all_by_name() %}{{ return(adapter.dispatch('union_all_by_name', 'kundenwert')()) }}{% endmacro %}

{% macro default__union_all_by_name() %}union all by name{% endmacro %}
