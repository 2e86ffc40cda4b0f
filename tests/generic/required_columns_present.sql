{#- One scan for all required columns of a table; a failing row counts, for one source, the values lacking a column. -#}
{% test required_columns_present(model, columns) %}
    select
        data_source,
        count(*) as row_count
        {%- for column in columns %},
        count(*) - count({{ column }}) as missing_{{ column }}
        {%- endfor %}
    from {{ model }}
    group by data_source
    having
        {%- for column in columns %}
        count(*) > count({{ column }}){{ ' or' if not loop.last }}
        {%- endfor %}
{% endtest %}
