{#-
  Policy of the home: `<home>/policy/<seed>.csv`, where present, replaces the project's seed of that name, so
  that one installation serves several companies and plain dbt uses the same policy as the command.
  Columns are matched by name; the seed's declared types hold for both files.
-#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- set home = env_var('KUNDENWERT_HOME', 'home') -%}
    {%- set policy_file = home ~ '/policy/' ~ model['alias'] ~ '.csv' -%}
    {%- set is_replaced = false -%}
    {%- if execute -%}
        {%- set found = run_query("select count(*) from glob('" ~ policy_file ~ "')") -%}
        {%- set is_replaced = found.columns[0].values()[0] > 0 -%}
    {%- endif -%}
    {%- set seed_file = policy_file if is_replaced else model['root_path'] ~ '/' ~ model['original_file_path'] -%}
    {%- set sql -%}
        insert into {{ this.render() }} by name
        select * from read_csv('{{ seed_file }}', header = true, all_varchar = true, delim = ',', quote = '"')
    {%- endset -%}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}

{#-
  A seed's table is made anew from its declared columns: a home of an earlier version may hold it without a column that
  has been added since.
-#}
{% macro duckdb__reset_csv_table(model, full_refresh, old_relation, agate_table) %}
    {% do adapter.drop_relation(old_relation) %}
    {{ return(create_csv_table(model, agate_table)) }}
{% endmacro %}
