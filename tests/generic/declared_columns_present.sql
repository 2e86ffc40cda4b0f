{#-
  The columns that the model's yml declares are there with the declared type. Takes the place of an enforced
  contract where a model also has columns that are known at run time only (prefix x_).
-#}
{% test declared_columns_present(model) %}
    {%- set deviations = [] -%}
    {%- if execute -%}
        {%- set declared = (graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
            | selectattr('name', 'equalto', model.identifier) | first).columns -%}
        {%- if not declared -%}
            {{ exceptions.raise_compiler_error(model.identifier ~ ' declares no columns') }}
        {%- endif -%}
        {%- set found = {} -%}
        {%- for column in adapter.get_columns_in_relation(model) -%}
            {%- do found.update({column.name | lower: column.dtype | lower | replace(" ", "")}) -%}
        {%- endfor -%}
        {%- for column in declared.values() -%}
            {%- set found_type = found.pop(column.name | lower, 'absent') -%}
            {%- if found_type != column.data_type | lower | replace(' ', '') -%}
                {%- do deviations.append([column.name, column.data_type, found_type]) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for name, found_type in found.items() if not name.startswith('x_') -%}
            {%- do deviations.append([name, 'absent', found_type]) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for name, declared_type, found_type in deviations %}
    select '{{ name }}' as column_name, '{{ declared_type }}' as declared_type, '{{ found_type }}' as found_type
    union all
    {%- endfor %}
    select 'none' as column_name, 'none' as declared_type, 'none' as found_type where 1 = 0
{% endtest %}
