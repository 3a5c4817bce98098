"""Looking at the images of a data set: which fit a filter, in windows of any place, with their shapes."""
