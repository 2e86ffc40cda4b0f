{#-
  What a column names has a row in another seed, in force from the day on which the naming row counts: its valid_from, or the first
  day computed where that is later. As long as no day is computed, any row will do. `also`: words that need no row.
-#}
{% test known_to_policy(model, column_name, to, field, also=[]) %}
    with

    policy as (

        select * from {{ model }}

    ),

    named as (

        select
            {{ field }} as named_word,
            min(valid_from) as named_from

        from {{ to }}

        group by {{ field }}

    ),

    computed as (

        select min(quarter_start_date) as first_day from {{ ref('dim_quarter') }}

    )

    select
        policy.*,
        case
            when named.named_word is null then concat('{{ column_name }} ', policy.{{ column_name }}, ' has no row in {{ to.identifier }}')
            else concat(
                '{{ column_name }} ', policy.{{ column_name }},
                ' has its first row in {{ to.identifier }} from ', cast(named.named_from as {{ dbt.type_string() }}), ' on'
            )
        end as finding

    from policy

    cross join computed

    left join named
        on policy.{{ column_name }} = named.named_word

    where
        policy.{{ column_name }} is not null
        {%- if also %}
        and policy.{{ column_name }} not in ('{{ also | join("', '") }}')
        {%- endif %}
        and (
            named.named_word is null
            or (computed.first_day is not null and named.named_from > greatest(policy.valid_from, computed.first_day))
        )
{% endtest %}
