{#- Text without all characters but those of a class as in a regular expression, for example 'A-Z0-9'. -#}
{% macro only_characters(text, character_class) %}{{ return(adapter.dispatch('only_characters', 'kundenwert')(text, character_class)) }}{% endmacro %}

{% macro default__only_characters(text, character_class) %}regexp_replace({{ text }}, '[^{{ character_class }}]', '', 'g'){% endmacro %}

{% macro spark__only_characters(text, character_class) %}regexp_replace({{ text }}, '[^{{ character_class }}]', ''){% endmacro %}

{#- A VAT id or D-U-N-S number as it is compared: upper-case letters and digits, nothing between them. NULL when nothing is left. -#}
{% macro normalised_identifier(column) -%}
    nullif({{ only_characters('upper(' ~ column ~ ')', 'A-Z0-9') }}, '')
{%- endmacro %}

{#-
  Does a normalised identifier look like one? It has at least four characters and two different digits: '0',
  'N/A', 'UNKNOWN' and 'DE000000000' identify nobody.
-#}
{% macro is_identifying(identifier) -%}
    {%- set digits = only_characters(identifier, '0-9') -%}
    (
        length({{ identifier }}) >= 4
        and replace({{ digits }}, substring({{ digits }}, 1, 1), '') <> ''
    )
{%- endmacro %}
