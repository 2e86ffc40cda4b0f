{#-
  Tables and views are replaced in place, within one transaction. The adapter's own way builds under another name and
  renames twice, which a database whose DDL is transactional does not need; with some 150 small models the renaming was
  a quarter of a run. A reader sees the old relation until the commit, and a failed model leaves it as it was.
-#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set language = model['language'] -%}
    {{ run_hooks(pre_hooks) }}
    {%- if language == 'python' %}
        {%- set existing_relation = load_cached_relation(this) -%}
        {%- if existing_relation is not none -%}
            {% call statement('drop_replaced') -%}{{ drop_replaced(existing_relation) }}{%- endcall %}
        {%- endif -%}
    {%- endif %}
    {% call statement('main', language=language) -%}
        {%- if language == 'sql' %}{{ drop_replaced(load_cached_relation(this)) }}{% endif %}
        {{ create_table_as(false, target_relation, compiled_code, language) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{% materialization view, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        {{ drop_replaced(load_cached_relation(this)) }}
        {{ create_view_as(target_relation, compiled_code) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{% macro drop_replaced(relation) -%}
    {%- if relation is not none -%}
        drop {{ relation.type }} if exists {{ relation }};
    {%- endif -%}
{%- endmacro %}
