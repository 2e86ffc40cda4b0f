{#-
  Does an amount of a quarter of posting fall into the trailing twelve months of a quarter? A closed quarter takes the
  four quarters that end with it. A provisional one takes, besides, the part of the quarter a year before that lies
  in its window.
-#}
{% macro in_trailing_window(posting_quarter_index, is_in_provisional_window, quarter_index, is_provisional) -%}
    (
        {{ posting_quarter_index }} between {{ quarter_index }} - 3 and {{ quarter_index }}
        or (
            {{ is_provisional }}
            and {{ is_in_provisional_window }}
            and {{ posting_quarter_index }} = {{ quarter_index }} - 4
        )
    )
{%- endmacro %}
