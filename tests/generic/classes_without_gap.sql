{#-
  Classes given by lower limits leave no gap below the lowest and do not overlap: on every day the lowest limit of each measure is its
  start at most, and all measures put the classes in the same order. `starts`: column of a limit and the start of its measure.
-#}
{% test classes_without_gap(model, key, starts) %}
    {%- set parts = [] -%}
    {%- for column, start in starts.items() -%}
        {%- set gap %}
    select
        {{ key }},
        valid_from,
        concat(
            'the lowest {{ column }} is ', cast({{ column }} as {{ dbt.type_string() }}),
            ', must be {{ start }}: what lies below belongs to no class'
        ) as finding

    from (
        select
            *,
            row_number() over (partition by change_date order by {{ column }}, {{ key }}) as position
        from in_force
    ) as ordered

    where position = 1 and {{ column }} > {{ start }}
        {%- endset -%}
        {%- do parts.append(gap) -%}
        {%- for other in starts if other > column -%}
            {%- set overlap %}
    select
        smaller.{{ key }},
        smaller.valid_from,
        concat(
            'lies below ', larger.{{ key }}, ' by {{ column }}, but not by {{ other }} (',
            cast(smaller.{{ other }} as {{ dbt.type_string() }}), ' and ', cast(larger.{{ other }} as {{ dbt.type_string() }}), ')'
        ) as finding

    from in_force as smaller

    inner join in_force as larger
        on smaller.change_date = larger.change_date
        and smaller.{{ column }} < larger.{{ column }}
        and smaller.{{ other }} >= larger.{{ other }}
            {%- endset -%}
            {%- do parts.append(overlap) -%}
        {%- endfor -%}
    {%- endfor %}
    with

    policy as (

        select * from {{ model }}

    ),

    in_force as (

        {{ policy_in_force_at_changes('policy', key) }}

    )
    {{ parts | join('\n\n    union\n') }}
{% endtest %}
