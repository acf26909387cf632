"""The country's files on their way to frozen types: read with line numbers, validated, cross-checked."""
