{#-
  The rows of a policy in force on each day on which any of them begins: `change_date` and the columns of the policy. What must
  hold between rows (an order, distinct values) has to hold on each of these days, and then holds on all days.
-#}
{% macro policy_in_force_at_changes(policy, key) %}
    select
        change_dates.change_date,
        dated.*

    from (select distinct valid_from as change_date from {{ policy }}) as change_dates

    inner join {{ policy }} as dated
        on change_dates.change_date >= dated.valid_from

    qualify row_number() over (
        partition by change_dates.change_date, dated.{{ key }}
        order by dated.valid_from desc
    ) = 1
{% endmacro %}

{#- Words of a list, or keys of a mapping, as rows of a column `known_word`. -#}
{% macro policy_words(words) %}
    {%- for word in words %}
    select '{{ word }}' as known_word
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{% endmacro %}
