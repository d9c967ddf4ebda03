"""Is the schema what the code says: models = migrations = live database?"""
