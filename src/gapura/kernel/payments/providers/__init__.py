"""Banks that fees can be paid through."""
