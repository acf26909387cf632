"""Programs made to break web sites, let loose on a demonstration nation of our own."""
