{#-
  A system's own key, unique across instances: a named instance (data source `system:name`) qualifies its keys
  with the name (`name:key`), the default instance leaves them as they are. Empty keys are NULL.
-#}
{% macro source_key(column) -%}
    case
        when nullif(trim({{ column }}), '') is null then null
        when position(':' in _data_source) > 0
            then substring(_data_source, position(':' in _data_source) + 1) || ':' || trim({{ column }})
        else trim({{ column }})
    end
{%- endmacro %}
