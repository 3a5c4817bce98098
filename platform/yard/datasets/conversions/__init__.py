"""One label file in, another out, without a data set."""
