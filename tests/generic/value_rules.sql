{#-
  Named values keep to their rules. `rules`: for each name any of `above`, `at_least`, `below`, `at_most` (numbers), `is_whole`,
  `words` (a list), `is_currency_code` and `is_name` (a text without blanks around it). A name without rules is not looked at.
-#}
{% test value_rules(model, name_column, value_column, rules) %}
    {%- set number = 'number_value' %}
    with

    typed as (

        select
            *,
            try_cast({{ value_column }} as decimal(38, 9)) as number_value

        from {{ model }}

    ),

    judged as (

        select
            *,
            case {{ name_column }}
    {%- for name, rule in rules.items() %}
    {%- set limits = [] -%}
    {%- set conditions = [] -%}
    {%- for word, symbol, text in [
        ('above', '>', 'above'), ('at_least', '>=', 'at least'), ('below', '<', 'below'), ('at_most', '<=', 'at most'),
    ] if rule[word] is defined -%}
        {%- do limits.append(text ~ ' ' ~ rule[word]) -%}
        {%- do conditions.append(number ~ ' ' ~ symbol ~ ' ' ~ rule[word]) -%}
    {%- endfor -%}
    {%- set must_be = ('a whole number, ' if rule.is_whole else 'a number, ') ~ limits | join(' and ') -%}
    {%- if rule.is_whole -%}
        {%- do conditions.append(number ~ ' = floor(' ~ number ~ ')') -%}
        {%- do conditions.append('try_cast(' ~ number ~ ' as integer) is not null') -%}
    {%- elif rule.words is defined -%}
        {%- set must_be = 'one of ' ~ rule.words | join(', ') -%}
        {%- do conditions.append(value_column ~ " in ('" ~ rule.words | join("', '") ~ "')") -%}
    {%- elif rule.is_name -%}
        {%- set must_be = 'a name without blanks around it' -%}
        {%- do conditions.append("length(" ~ value_column ~ ") > 0") -%}
        {%- do conditions.append("trim(" ~ value_column ~ ") = " ~ value_column) -%}
    {%- elif rule.is_currency_code -%}
        {%- set must_be = 'a currency code of three capital letters, as EUR' -%}
        {%- do conditions.append("length(" ~ value_column ~ ") = 3") -%}
        {%- do conditions.append("translate(" ~ value_column ~ ", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '') = ''") -%}
    {%- endif %}
                when '{{ name }}' then case when {{ conditions | join(' and ') }} then null else '{{ must_be }}' end
    {%- endfor %}
            end as must_be

        from typed

    )

    select
        *,
        concat(
            '{{ value_column }} is ', coalesce(cast({{ value_column }} as {{ dbt.type_string() }}), 'empty'), ', must be ', must_be
        ) as finding

    from judged

    where must_be is not null
{% endtest %}
