-- grain: one product group or total, industry, size class, own share left out or not, and quarter
with

wallets as (

    select * from {{ ref('int_potential__wallet') }}

),

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

peer_shares as (

    select
        profile.quarter_start_date,
        wallets.product_group,
        profile.peer_industry,
        profile.size_class,
        wallets.sow_ratio

    from wallets

    inner join profile
        on wallets.profile_number = profile.profile_number

    where profile.is_peer and profile.is_in_run and wallets.sow_ratio is not null

),

-- Each rung of the ladder as a set of its own; an empty text stands for any industry or size.
scoped as (

    select
        quarter_start_date,
        product_group,
        'industry_size' as share_scope,
        peer_industry,
        size_class,
        sow_ratio

    from peer_shares

    where peer_industry is not null and size_class is not null

    union all

    select
        quarter_start_date,
        product_group,
        'industry' as share_scope,
        peer_industry,
        '' as size_class,
        sow_ratio

    from peer_shares

    where peer_industry is not null

    union all

    select
        quarter_start_date,
        product_group,
        'all' as share_scope,
        '' as peer_industry,
        '' as size_class,
        sow_ratio

    from peer_shares

),

sorted as (

    select
        quarter_start_date,
        product_group,
        share_scope,
        peer_industry,
        size_class,
        count(*) as share_count,
        {{ sorted_values('sow_ratio') }} as sow_ratios

    from scoped

    group by quarter_start_date, product_group, share_scope, peer_industry, size_class

),

placed as (

    select
        sorted.*,
        {{ quantile_weights('share', 'sorted.share_count', 'policy.attainable_quantile_ratio') }}

    from sorted

    inner join policy
        on sorted.quarter_start_date = policy.quarter_start_date

),

neighbours as (

    select
        quarter_start_date,
        product_group,
        share_scope,
        peer_industry,
        size_class,
        share_count,
        share_weight,
        share_whole_weight,
        cast(coalesce({{ list_value('sow_ratios', 'share_position') }}, 0) as decimal(18, 6)) as low_share,
        cast(coalesce({{ list_value('sow_ratios', 'share_position + 1') }}, 0) as decimal(18, 6)) as middle_share,
        cast(coalesce({{ list_value('sow_ratios', 'share_position + 2') }}, 0) as decimal(18, 6)) as high_share

    from placed

),

quantiles as (

    select
        quarter_start_date,
        product_group,
        share_scope,
        peer_industry,
        size_class,
        share_count,
        {{ quantile_outcomes('share', 'low_share', 'middle_share', 'high_share', 'share_count', 6) }}

    from neighbours

),

-- Every combination that a customer may have, with and without a share of its own to leave out.
combinations as (

    select
        size_groups.quarter_start_date,
        size_groups.peer_industry,
        size_groups.size_class,
        by_all.product_group,
        with_own_share.is_own_share_left_out

    from (
        select distinct
            quarter_start_date,
            coalesce(peer_industry, '') as peer_industry,
            coalesce(size_class, '') as size_class

        from profile

        where is_in_run
    ) as size_groups

    inner join quantiles as by_all
        on
        size_groups.quarter_start_date = by_all.quarter_start_date
        and by_all.share_scope = 'all'

    cross join (
        select true as is_own_share_left_out
        union all
        select false as is_own_share_left_out
    ) as with_own_share

),

needed as (

    select
        combinations.*,
        policy.peer_minimum_count + case when combinations.is_own_share_left_out then 1 else 0 end as needed_count

    from combinations

    inner join policy
        on combinations.quarter_start_date = policy.quarter_start_date

),

-- The ladder: the first set with enough peers.
scoped_combinations as (

    select
        needed.*,
        case
            when by_size_class.share_count >= needed.needed_count then 'industry_size'
            when by_industry.share_count >= needed.needed_count then 'industry'
            when by_all.share_count >= needed.needed_count then 'all'
        end as chosen_scope

    from needed

    left join quantiles as by_size_class
        on
        by_size_class.share_scope = 'industry_size'
        and needed.quarter_start_date = by_size_class.quarter_start_date
        and needed.product_group = by_size_class.product_group
        and needed.peer_industry = by_size_class.peer_industry
        and needed.size_class = by_size_class.size_class

    left join quantiles as by_industry
        on
        by_industry.share_scope = 'industry'
        and needed.quarter_start_date = by_industry.quarter_start_date
        and needed.product_group = by_industry.product_group
        and needed.peer_industry = by_industry.peer_industry

    left join quantiles as by_all
        on
        by_all.share_scope = 'all'
        and needed.quarter_start_date = by_all.quarter_start_date
        and needed.product_group = by_all.product_group

),

resolved as (

    select
        scoped_combinations.quarter_start_date,
        scoped_combinations.product_group,
        scoped_combinations.peer_industry,
        scoped_combinations.size_class,
        scoped_combinations.is_own_share_left_out,
        quantiles.share_scope,
        quantiles.share_count,
        quantiles.share_low,
        quantiles.share_middle,
        quantiles.share_without_low,
        quantiles.share_without_middle,
        quantiles.share_without_high,
        quantiles.share_of_all

    from scoped_combinations

    inner join quantiles
        on
        scoped_combinations.quarter_start_date = quantiles.quarter_start_date
        and scoped_combinations.product_group = quantiles.product_group
        and scoped_combinations.chosen_scope = quantiles.share_scope
        and case when scoped_combinations.chosen_scope = 'all' then '' else scoped_combinations.peer_industry end
        = quantiles.peer_industry
        and case when scoped_combinations.chosen_scope = 'industry_size' then scoped_combinations.size_class else '' end
        = quantiles.size_class

)

select * from resolved
