"""A small FastAPI service on PostgreSQL: users and their tasks."""
