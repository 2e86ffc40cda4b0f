{#-
  Share of a part in a total, with six decimals. NULL where a share says nothing: a total that is not positive, or a part
  a thousand times larger than it (credits and invoices that nearly cancel out).
-#}
{% macro share_of_total(part, total) -%}
    case
        when {{ total }} > 0 and abs({{ part }}) < {{ total }} * 1000
            then cast({{ part }} / {{ total }} as decimal(9, 6))
    end
{%- endmacro %}
