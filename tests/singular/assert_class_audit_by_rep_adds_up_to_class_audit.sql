-- For each pair of schemes and quarter the reps' customers add up to the population of class_audit, and those compared and those in agreement to its own.
-- What is compared is too high, too low, in agreement, or of no known class. Guards against two audits that tell different stories.
{{ config(meta={'dagster': {'ref': {'name': 'class_audit_by_rep'}}}) }}

with

matrix as (

    select
        audit.quarter_start_date,
        audit.scheme_pair,
        sum(audit.customer_count) as customer_count,
        max(audit.compared_count) as compared_count,
        sum(case when audit.is_agreement then audit.customer_count else 0 end) as agreed_count

    from {{ ref('class_audit') }} as audit

    inner join {{ ref('dim_quarter') }} as quarters
        on audit.quarter_start_date = quarters.quarter_start_date

    group by audit.quarter_start_date, audit.scheme_pair

),

reps as (

    select
        quarter_start_date,
        scheme_pair,
        sum(customer_count) as customer_count,
        sum(compared_count) as compared_count,
        sum(compared_count - typed_too_high_count - typed_too_low_count - unknown_class_count) as agreed_count

    from {{ ref('class_audit_by_rep') }}

    group by quarter_start_date, scheme_pair

)

select
    matrix.quarter_start_date,
    matrix.scheme_pair,
    matrix.compared_count as expected_count,
    reps.compared_count as counted

from matrix

left join reps
    on matrix.quarter_start_date = reps.quarter_start_date
    and matrix.scheme_pair = reps.scheme_pair

where
    reps.customer_count is distinct from matrix.customer_count
    or reps.compared_count is distinct from matrix.compared_count
    or reps.agreed_count is distinct from matrix.agreed_count
