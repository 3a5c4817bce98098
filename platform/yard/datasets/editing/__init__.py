"""Small changes by hand: the shapes of one image, labels, and images that go."""
