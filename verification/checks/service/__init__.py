"""Does the service tell the truth and recover when the database misbehaves?"""
