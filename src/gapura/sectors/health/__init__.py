"""The registers of health insurance, immunizations, and births attended in health facilities."""
