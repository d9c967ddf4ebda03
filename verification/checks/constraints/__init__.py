"""Do the constraints bite, and only where they should?"""
