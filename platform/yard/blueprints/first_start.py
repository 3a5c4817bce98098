"""What the template catalogue does before the platform serves."""

from __future__ import annotations

from yard.blueprints.services import install_bundled


def install_templates() -> str:
    """Install the bundled templates that are new or changed; the line names them."""
    new = install_bundled()
    return f"Bundled templates installed: {', '.join(str(version) for version in new)}." if new else ""
