{#-
  The columns that the model's yml declares are there with the declared type. Takes the place of an enforced
  contract where a model also has columns that are known at run time only (prefix x_).
-#}
{% test declared_columns_present(model) %}
    {%- set declared = [] -%}
    {%- if execute -%}
        {%- set declared = (graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
            | selectattr('name', 'equalto', model.identifier) | first).columns.values() | list -%}
        {%- if not declared -%}
            {{ exceptions.raise_compiler_error(model.identifier ~ ' declares no columns') }}
        {%- endif -%}
    {%- endif -%}
    with declared as (
        {%- for column in declared %}
        select '{{ column.name | lower }}' as column_name, '{{ column.data_type | lower | replace(" ", "") }}' as data_type
        union all
        {%- endfor %}
        select null as column_name, null as data_type where 1 = 0
    ),

    found as (
        select lower(column_name) as column_name, replace(lower(data_type), ' ', '') as data_type
        from information_schema.columns
        where table_schema = '{{ model.schema }}' and table_name = '{{ model.identifier }}'
    )

    select
        coalesce(declared.column_name, found.column_name) as column_name,
        coalesce(declared.data_type, 'absent') as declared_type,
        coalesce(found.data_type, 'absent') as found_type
    from declared
    full outer join found on declared.column_name = found.column_name
    where coalesce(declared.data_type, 'absent') <> coalesce(found.data_type, 'absent')
        and (declared.column_name is not null or found.column_name not like 'x\_%' escape '\')
{% endtest %}
