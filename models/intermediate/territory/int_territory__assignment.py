"""Grain: one customer and planned quarter that is with a rep, or should be."""


def model(dbt, session):
    """Hand customers and reps to the method in orchestration/analytics, which holds all of it."""
    from orchestration.analytics.territory.assignment import assign

    assignment = assign(
        customers=dbt.ref("int_territory__customer").order("quarter_start_date, customer_id").to_arrow_table(),
        reps=dbt.ref("int_territory__rep")
        .filter("capacity_minutes > 0")
        .order("quarter_start_date, rep_id")
        .to_arrow_table(),
        policies=dbt.ref("int_territory__quarter").order("quarter_start_date").to_arrow_table(),
    )
    return session.from_arrow(assignment)
