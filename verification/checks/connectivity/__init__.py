"""Can the service reach its database, safely and in time?"""
