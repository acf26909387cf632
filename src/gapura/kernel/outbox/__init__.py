"""Events and jobs written with the change that causes them and carried out at least once afterwards."""
