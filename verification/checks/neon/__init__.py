"""Is it the right Neon branch, used the way Neon works?"""
