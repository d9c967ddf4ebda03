"""How the project's own code reaches its database: its engines, seen from outside."""
