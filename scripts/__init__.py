"""Set-up and start of Trainyard from a clone, with nothing but the standard library: nothing is installed yet."""
