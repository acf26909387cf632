"""The law of the demonstration country: dated amounts in ``parameters``, rules by topic, worked cases in ``cases``."""
