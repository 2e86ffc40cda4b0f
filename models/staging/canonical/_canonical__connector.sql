{#- Registers the connector `canonical`: files in the input contract's own columns, every entity. -#}
{% macro connector__canonical() %}
    {{ return([
        'account',
        'contact',
        'rep',
        'activity',
        'inquiry',
        'opportunity',
        'wallet_declaration',
        'criterion_rating',
        'priority_request',
        'account_plan_item',
        'customer',
        'product',
        'invoice_line',
        'sales_order',
        'delivery',
        'return',
        'receivable',
        'service_job',
        'cost_entry',
        'exchange_rate',
        'firmographic',
        'market_norm',
    ]) }}
{% endmacro %}
