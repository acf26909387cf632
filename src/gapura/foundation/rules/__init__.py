"""Law as code: dated figures, written once as plain functions, planned once, generated into every form that is run."""
