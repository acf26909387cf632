"""The government's own work: documents, registers of letters, tasks, meetings, and the archive (ADR 40)."""
