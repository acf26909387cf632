"""Centers where officials work near home: seats on a plan, a row for each held seat, and what a day there saved."""
