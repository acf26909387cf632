"""Personal data as records (ISO 15489): classes, retention, holds, a person's copy and corrections, breach drill."""
