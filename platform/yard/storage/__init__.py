"""Objects in buckets, and file sets over them. Start reading at ``objects`` and ``filesets``."""
