{#-
  Insert by partition: the quarters of the run, and every quarter that the new rows carry, are replaced as a
  whole; other quarters stay as they were published. Deleting by the run's quarters as well removes a partition
  that has become empty.
-#}
{% macro get_incremental_quarter_partition_sql(arg_dict) %}
    {#- dim_quarter is addressed directly: ref() in a materialization would need a depends_on line in each model. -#}
    {%- set quarters_of_run = api.Relation.create(database=this.database, schema='marts', identifier='dim_quarter') -%}
    {%- set column_names = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}

    delete from {{ arg_dict['target_relation'] }}
    where quarter_start_date in (
        select quarter_start_date from {{ quarters_of_run }}
        union
        select quarter_start_date from {{ arg_dict['temp_relation'] }}
    );

    insert into {{ arg_dict['target_relation'] }} ({{ column_names }})
    select {{ column_names }} from {{ arg_dict['temp_relation'] }}
{% endmacro %}
