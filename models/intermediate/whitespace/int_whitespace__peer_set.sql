-- grain: one set of peers and quarter: an industry and size class, or an industry
with

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

size_classes as (

    select
        quarter_start_date,
        peer_industry,
        size_class,
        count(*) as peer_count

    from profile

    where is_peer and peer_industry is not null

    group by quarter_start_date, peer_industry, size_class

),

-- An empty text stands for any size.
combined as (

    select
        quarter_start_date,
        'industry_size' as peer_scope,
        peer_industry,
        size_class,
        cast(peer_count as integer) as peer_count

    from size_classes

    where size_class is not null

    union all

    select
        quarter_start_date,
        'industry' as peer_scope,
        peer_industry,
        '' as size_class,
        cast(sum(peer_count) as integer) as peer_count

    from size_classes

    group by quarter_start_date, peer_industry

)

select * from combined
