{#-
  Insert by partition for campaign lists: a list depends on the snapshot of the quarter before the campaign, so it is
  replaced when that quarter belongs to the run (even by an empty list), when it was issued meanwhile, or when the
  campaign has left the calendar. Lists that rest on other quarters stay as they were published.
-#}
{% macro get_incremental_campaign_partition_sql(arg_dict) %}
    {#- Addressed directly: ref() in a materialization would need a depends_on line in each model. -#}
    {%- set quarters_of_run = api.Relation.create(database=this.database, schema='marts', identifier='dim_quarter') -%}
    {%- set calendar = api.Relation.create(database=this.database, schema='policy', identifier='policy_campaign_calendar') -%}
    {%- set column_names = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}

    delete from {{ arg_dict['target_relation'] }}
    where
        snapshot_quarter_start_date in (select quarter_start_date from {{ quarters_of_run }})
        or campaign_id in (select campaign_id from {{ arg_dict['temp_relation'] }})
        or campaign_id not in (select campaign_id from {{ calendar }});

    insert into {{ arg_dict['target_relation'] }} ({{ column_names }})
    select {{ column_names }} from {{ arg_dict['temp_relation'] }}
{% endmacro %}
