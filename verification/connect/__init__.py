"""Does the database answer, how long does each step take, and who is it that answers?"""
