"""Is the project set up to reach its database rightly? Offline."""
