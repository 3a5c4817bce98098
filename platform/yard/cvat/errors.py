"""What can go wrong with a CVAT server, each with a sentence that is safe to show.

CvatError
├── CvatAway          it does not answer, or answers that it cannot now: trying again may help
├── CvatForbidden     its address is none that this platform may talk to
├── CvatRefused       it understood and said no
│   ├── CvatSignIn    … to the credentials
│   └── CvatMissing   … since there is no such thing
└── CvatOdd           it answers, but not as CVAT does
"""

from __future__ import annotations

from yard.core.errors import YardError


class CvatError(YardError):
    code = "cvat"
    status = 400


class CvatAway(CvatError):
    code = "cvat_away"
    status = 503


class CvatForbidden(CvatError):
    code = "cvat_forbidden_address"


class CvatRefused(CvatError):
    code = "cvat_refused"


class CvatSignIn(CvatRefused):
    code = "cvat_sign_in"


class CvatMissing(CvatRefused):
    code = "cvat_missing"


class CvatOdd(CvatError):
    code = "cvat_odd"
