"""Pages of workforce: sign in, sign out, accounts."""
