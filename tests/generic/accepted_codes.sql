{#- One query for all coded columns of a table; a failing row is a value outside the list of its column. Null is accepted. -#}
{% test accepted_codes(model, codes) %}
    {%- for column, accepted in codes.items() %}
    select
        '{{ column }}' as column_name,
        cast({{ column }} as varchar) as delivered_value,
        count(*) as row_count
    from {{ model }}
    where cast({{ column }} as varchar) not in ('{{ accepted | join("', '") }}')
    group by {{ column }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{% endtest %}
