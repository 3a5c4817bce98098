"""What a data set is made of, in figures that can be drawn."""
