"""What is known of Neon."""
