"""The registers of taxpayers, assessed income and arrears of the nation, and of the taxes of the regions."""
