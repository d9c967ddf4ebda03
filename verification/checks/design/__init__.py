"""Is the schema a sound one, whoever wrote it?"""
