"""The settings of every shape; environment variables decide, nothing exists only in production."""

from yard.settings.base import *  # noqa: F403
