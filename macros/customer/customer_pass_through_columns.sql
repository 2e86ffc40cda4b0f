{#-
  An adopter's own columns (prefix x_) of account and debtor as lines of dim_customer's column list, as text; nothing where
  there are none. Where both have a column, the debtor's value comes first. A column of the model must follow.
-#}
{% macro customer_pass_through_columns(account, debtor, account_alias, debtor_alias) -%}
    {%- set of_account = pass_through_columns([account]) -%}
    {%- set of_debtor = pass_through_columns([debtor]) -%}
    {%- for column in (of_account + of_debtor) | unique | sort -%}
        {%- set name = adapter.quote(column) -%}
        {%- if column not in of_debtor -%}
            {{ account_alias }}.{{ name }},
        {%- elif column not in of_account -%}
            {{ debtor_alias }}.{{ name }},
        {%- else -%}
            coalesce({{ debtor_alias }}.{{ name }}, {{ account_alias }}.{{ name }}) as {{ name }},
        {%- endif -%}
        {%- if not loop.last %}
        {% endif -%}
    {%- endfor -%}
{%- endmacro %}
