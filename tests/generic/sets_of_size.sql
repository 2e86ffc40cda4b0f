{#-
  Rows that hold as a set, all of one valid_from together, have between `at_least` and `at_most` rows of each name. `names`: the words of the
  column that are counted, also where a set has none.
-#}
{% test sets_of_size(model, column_name, names, at_least, at_most) %}
    with

    known as (

        {{ policy_words(names) }}

    ),

    sets as (

        select distinct valid_from from {{ model }}

    ),

    counted as (

        select
            sets.valid_from,
            known.known_word,
            count(policy.valid_from) as row_count

        from sets

        cross join known

        left join {{ model }} as policy
            on sets.valid_from = policy.valid_from
            and known.known_word = policy.{{ column_name }}

        group by sets.valid_from, known.known_word

    )

    select
        valid_from,
        known_word as {{ column_name }},
        concat(
            known_word, ' has ', cast(row_count as {{ dbt.type_string() }}), ' from ',
            cast(valid_from as {{ dbt.type_string() }}), ' on, must be {{ at_least }} to {{ at_most }}'
        ) as finding

    from counted

    where row_count < {{ at_least }} or row_count > {{ at_most }}
{% endtest %}
