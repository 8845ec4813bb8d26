"""What is shipped for testing books and connectors: among others a simulated company."""
