"""Can this change be deployed and undone?"""
