"""What one does with an account, and who sends a request."""
