"""Who looks after which customer: the problem, its relaxation, local search, the solver, and the tables around them."""
