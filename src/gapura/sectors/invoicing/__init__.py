"""E-invoices between businesses (UBL 2.1, Peppol BIS Billing 3, EN 16931) and cash receipts of consumers."""
