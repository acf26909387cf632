"""Four eyes: what one official proposes, another one decides."""
