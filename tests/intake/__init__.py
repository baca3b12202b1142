"""What intake promises: every row accounted for, nothing collected without a basis, nobody sees another's rows."""
