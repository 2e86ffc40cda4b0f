-- grain: one text that was read from a website
with

texts as (

    select website_text

    from {{ ref('input_layer__firmographic') }}

    where website_text is not null

    union distinct

    select website_text

    from {{ ref('input_layer__account') }}

    where website_text is not null

),

-- In the order of a hash, so that texts that come later do not change the order of those known before.
numbered as (

    select
        row_number() over (order by md5(website_text), website_text) as text_number,
        website_text

    from texts

)

select * from numbered
