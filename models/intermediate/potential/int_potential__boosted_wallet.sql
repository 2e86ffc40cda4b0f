-- grain: one customer and quarter with an estimate by gradient boosting
{{ config(materialized='view') }}

with

features as (

    select * from {{ ref('int_potential__feature') }}

),

quantiles as (

    select * from {{ ref('int_potential__boosted_quantile') }}

),

joined as (

    select
        features.profile_number,
        quantiles.q50_amount as boosted_q50_amount,
        quantiles.q75_amount as boosted_q75_amount,
        quantiles.q90_amount as boosted_q90_amount,
        quantiles.reason_1,
        quantiles.reason_2,
        quantiles.reason_3,
        quantiles.factor_1,
        quantiles.factor_2,
        quantiles.factor_3,
        quantiles.model_version

    from features

    inner join quantiles
        on features.estimate_number = quantiles.estimate_number

)

select * from joined
