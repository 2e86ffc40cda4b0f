{#-
  The flags of a row as one text: upper-case codes, alphabetical, comma-separated, NULL when there is none.
  Takes a mapping of code to SQL condition. Most rows have no flag: the text is put together only where there is one.
-#}
{% macro flags(conditions) -%}
    case
        when
            {%- for code in conditions | sort %}
            {{ 'or ' if not loop.first }}({{ conditions[code] }})
            {%- endfor %}
            then concat_ws(
                ',',
                {%- for code in conditions | sort %}
                case when {{ conditions[code] }} then '{{ code }}' end{{ ',' if not loop.last }}
                {%- endfor %}
            )
    end
{%- endmacro %}
