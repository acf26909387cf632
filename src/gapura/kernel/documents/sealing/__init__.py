"""Makes and reads sealed PDFs: Typst, QR, CMS, time-stamps. Knows no database and no request."""
