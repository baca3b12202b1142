"""Pages of governance: orders with their signatures, and the ledger for those who check."""
