"""Grain: one estimate of the gradient boosting, for a customer and the quarters in which the same is known of it."""


def model(dbt, session):
    """Hand the features to the method in orchestration/analytics, which holds all of it."""
    from orchestration.analytics.quantile_boosting import estimate

    features = dbt.ref("int_potential__feature").filter("profile_number = estimate_number").order("estimate_number")
    estimates = estimate(
        rows=features.to_arrow_table(),
        texts=dbt.ref("int_potential__website_text").order("text_number").to_arrow_table(),
        comparables=dbt.ref("int_potential__comparable_purchase")
        .order("comparable_number, product_group_rank")
        .to_arrow_table(),
        trainings=dbt.ref("int_potential__training").order("training_quarter_start_date").to_arrow_table(),
    )
    return session.from_arrow(estimates)
