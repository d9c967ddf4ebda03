"""Does the data at rest obey?"""
