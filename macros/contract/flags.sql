{#-
  The flags of a row as one text: upper-case codes, alphabetical, comma-separated, NULL when there is none.
  Takes a mapping of code to SQL condition.
-#}
{% macro flags(conditions) -%}
    nullif(
        concat_ws(
            ',',
            {%- for code in conditions | sort %}
            case when {{ conditions[code] }} then '{{ code }}' end{{ ',' if not loop.last }}
            {%- endfor %}
        ),
        ''
    )
{%- endmacro %}
