"""What takes long to work out about a large data set: the worker does it, and the last answer is shown meanwhile.

A kind of figure says what the state of the data set is that an answer holds for (its stamp) and how to work it out.
"""
