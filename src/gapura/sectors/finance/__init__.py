"""What banks and social funds keep of people: deposits, loans, pension savings, and who pays in as an employer."""
