"""Fees: bills, payments that happen once, refunds by four eyes, the treasury's ledger, the day-end comparison."""
