{#- A class that somebody typed, without blanks around it and in upper case; NULL where nothing was typed. -#}
{% macro normalised_class(column) -%}
    upper({{ clean_text(column) }})
{%- endmacro %}

{#- Position of an ABC class, 1 is the best; NULL for everything that is not A, B, C or N. -#}
{% macro class_position(class) -%}
    case {{ class }} when 'A' then 1 when 'B' then 2 when 'C' then 3 when 'N' then 4 end
{%- endmacro %}

{#- The ABC class that a potential class stands for. -#}
{% macro class_of_potential(potential_class) -%}
    case {{ potential_class }} when 'HIGH' then 'A' when 'MID' then 'B' when 'LOW' then 'C' end
{%- endmacro %}
