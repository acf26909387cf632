"""Evidence between agencies: agreed, minimal, logged before it is answered, and shown to the person."""
