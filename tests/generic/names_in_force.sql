{#-
  Each name has a row, in force from the first day computed on. As long as no day is computed, any row will do. `names`: a list, or
  a mapping whose keys are the names. `at_any_time`: any row will do.
-#}
{% test names_in_force(model, column_name, names, at_any_time=false) %}
    with

    known as (

        {{ policy_words(names) }}

    ),

    computed as (

        {% if at_any_time -%}
        select cast(null as date) as first_day
        {%- else -%}
        select min(quarter_start_date) as first_day from {{ ref('dim_quarter') }}
        {%- endif %}

    ),

    found as (

        select
            {{ column_name }} as found_word,
            min(valid_from) as found_from

        from {{ model }}

        group by {{ column_name }}

    )

    select
        known.known_word as {{ column_name }},
        found.found_from as valid_from,
        case
            when found.found_word is null then 'is missing'
            else concat(
                'begins on ', cast(found.found_from as {{ dbt.type_string() }}),
                ', but the first day computed is ', cast(computed.first_day as {{ dbt.type_string() }})
            )
        end as finding

    from known

    cross join computed

    left join found
        on known.known_word = found.found_word

    where
        found.found_word is null
        or (computed.first_day is not null and coalesce(found.found_from > computed.first_day, true))
{% endtest %}
