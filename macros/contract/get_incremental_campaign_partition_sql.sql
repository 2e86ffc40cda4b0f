{#-
  Insert by partition for campaigns: what is said of a campaign depends on one quarter, so it is replaced when that
  quarter belongs to the run (even by nothing), or when the new rows hold the campaign. A list depends on the snapshot of
  the quarter before the campaign; it is also replaced when it was issued (even by nothing: a list may exclude nobody),
  and goes when the campaign has left the calendar. A table whose config names another column under
  `meta.partition_column` depends on the quarter in that column; what it says of a campaign does not hang on the
  calendar. All else stays as it was published.
-#}
{% macro get_incremental_campaign_partition_sql(arg_dict) %}
    {#- Addressed directly: ref() in a materialization would need a depends_on line in each model. -#}
    {%- set quarters_of_run = api.Relation.create(database=this.database, schema='marts', identifier='dim_quarter') -%}
    {%- set calendar = api.Relation.create(database=this.database, schema='policy', identifier='policy_campaign_calendar') -%}
    {%- set issued_lists = api.Relation.create(database=this.database, schema='intermediate', identifier='int_campaign__issued_list') -%}
    {%- set partition_column = config.meta_get('partition_column') -%}
    {%- set column_names = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}

    delete from {{ arg_dict['target_relation'] }}
    where
        {{ partition_column or 'snapshot_quarter_start_date' }} in (select quarter_start_date from {{ quarters_of_run }})
        or campaign_id in (select campaign_id from {{ arg_dict['temp_relation'] }})
        {%- if not partition_column %}
        or campaign_id in (select campaign_id from {{ issued_lists }})
        or campaign_id not in (select campaign_id from {{ calendar }})
        {%- endif %};

    insert into {{ arg_dict['target_relation'] }} ({{ column_names }})
    select {{ column_names }} from {{ arg_dict['temp_relation'] }}
{% endmacro %}
