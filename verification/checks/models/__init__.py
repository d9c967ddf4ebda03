"""Do the models and the database agree about which data is valid?"""
