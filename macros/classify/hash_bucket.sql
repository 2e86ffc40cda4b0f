{#- A number from 0 to bucket_count - 1 that a text always gets, whatever other texts there are. -#}
{% macro hash_bucket(text, bucket_count) %}{{ return(adapter.dispatch('hash_bucket', 'kundenwert')(text, bucket_count)) }}{% endmacro %}

{% macro default__hash_bucket(text, bucket_count) -%}
    cast(cast('0x' || substring(md5({{ text }}), 1, 8) as bigint) % {{ bucket_count }} as integer)
{%- endmacro %}

{% macro spark__hash_bucket(text, bucket_count) -%}
    cast(cast(conv(substring(md5({{ text }}), 1, 8), 16, 10) as bigint) % {{ bucket_count }} as int)
{%- endmacro %}
