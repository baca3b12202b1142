"""Pages of intake: lists, the review queue, and what comes back to the senders."""
