"""What every sector stands on: cases, catalogue, exchange, documents, registers, identity, audit."""
