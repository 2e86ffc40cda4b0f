"""Grain: one measured campaign and KPI with customers in both arms."""


def model(dbt, session):
    """Hand the customers to the method in orchestration/analytics, which holds all of it."""
    from orchestration.analytics.campaign_inference import infer

    customers = dbt.ref("int_campaign__outcome").filter("is_measured").order("campaign_id, kpi, customer_id")
    figures = dbt.ref("int_campaign__figure").order("campaign_id, kpi")
    return session.from_arrow(infer(rows=customers.to_arrow_table(), campaigns=figures.to_arrow_table()))
