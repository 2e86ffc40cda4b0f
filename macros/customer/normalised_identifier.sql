{#- A VAT id or DUNS number as it is compared: upper case, without blanks, dots, dashes, slashes. NULL when nothing is left. -#}
{% macro normalised_identifier(column) -%}
    nullif(translate(upper({{ column }}), ' .-/_', ''), '')
{%- endmacro %}

{#-
  Does a normalised identifier look like one? It has at least four characters and its digits are not all the
  same: '0', 'N/A', 'DE000000000' and 'XXXX' identify nobody.
-#}
{% macro is_identifying(identifier) -%}
    {%- set digits -%}
    translate({{ identifier }}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '')
    {%- endset -%}
    (
        length({{ identifier }}) >= 4
        and length({{ digits }}) >= 2
        and replace({{ digits }}, substring({{ digits }}, 1, 1), '') <> ''
    )
{%- endmacro %}
