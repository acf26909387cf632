"""How one agency may ask another: an agreement is requested, judged by the holder, approved, renewed and suspended."""
