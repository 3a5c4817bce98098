"""Variables that tell a program's loader, or its shell, to run code: never taken from a template into a box's start.

The programs that make a sandbox, and those that drop its privileges, are started with the box's variables. With
``LD_PRELOAD`` in a Dockerfile's ENV they would run a template's code as root, before there is a box.
"""

from __future__ import annotations

import re

# What glibc ignores in privileged programs (sysdeps/generic/unsecvars.h), and what interpreters read at their start.
_NAMES = re.compile(
    r"LD_.*|GLIBC_TUNABLES|GCONV_PATH|GETCONF_DIR|HOSTALIASES|LOCALDOMAIN|LOCPATH|MALLOC_.*|NIS_PATH|NLSPATH"
    r"|RESOLV_HOST_CONF|RES_OPTIONS|TZDIR|BASH_ENV|ENV|SHELLOPTS|BASHOPTS|BASH_FUNC_.*|PS4|PERL5?(OPT|LIB|DB)"
    r"|PYTHON(HOME|STARTUP|INSPECT|BREAKPOINT)"
)


def runs_code(name: str) -> bool:
    """Whether a variable of this name may make programs load or run something."""
    return _NAMES.fullmatch(name) is not None
