"""Grain: one customer and quarter that inside sales should look after."""


def model(dbt, session):
    """Hand customers and reps to the method in orchestration/analytics, which holds all of it."""
    from orchestration.analytics.inside_sales import assign

    assignment = assign(
        customers=dbt.ref("int_inside_sales__customer").order("quarter_start_date, customer_id").to_arrow_table(),
        reps=dbt.ref("int_inside_sales__rep").order("quarter_start_date, rep_id").to_arrow_table(),
        published=dbt.ref("int_inside_sales__published").order("quarter_start_date, customer_id").to_arrow_table(),
    )
    return session.from_arrow(assignment)
