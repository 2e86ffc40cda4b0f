{#- Registers the connector `northwind`: the Northwind sample database. The source knows no entities but these. -#}
{% macro connector__northwind() %}
    {{ return([
        'account',
        'contact',
        'rep',
        'customer',
        'product',
        'invoice_line',
        'sales_order',
        'delivery',
    ]) }}
{% endmacro %}

{#- The two letters of ISO 3166-1 for the country names that the source uses; NULL for a name not among them. -#}
{% macro northwind_country_code(column) -%}
    case {{ column }}
        when 'Argentina' then 'AR'
        when 'Austria' then 'AT'
        when 'Belgium' then 'BE'
        when 'Brazil' then 'BR'
        when 'Canada' then 'CA'
        when 'Denmark' then 'DK'
        when 'Finland' then 'FI'
        when 'France' then 'FR'
        when 'Germany' then 'DE'
        when 'Ireland' then 'IE'
        when 'Italy' then 'IT'
        when 'Mexico' then 'MX'
        when 'Norway' then 'NO'
        when 'Poland' then 'PL'
        when 'Portugal' then 'PT'
        when 'Spain' then 'ES'
        when 'Sweden' then 'SE'
        when 'Switzerland' then 'CH'
        when 'UK' then 'GB'
        when 'USA' then 'US'
        when 'Venezuela' then 'VE'
    end
{%- endmacro %}
