"""The settings of every shape; environment variables decide, nothing exists only in production."""

import os

# Whoever asks for a module in here (the tests do) imports this one first, and it must not read the environment before
# they have set it: the tests would work on the database and the files of the platform that runs from this folder.
if os.environ.get("DJANGO_SETTINGS_MODULE", __name__) == __name__:
    from yard.settings.base import *  # noqa: F403
