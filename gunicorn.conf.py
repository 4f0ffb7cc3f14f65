"""What the web process writes down of a request; gunicorn reads this file from the folder that it is started in.

What was asked and answered, for how long and from where. Not what auditors search for (the query), and not the keys
in private links, which open an account, or speak for a sitter, to whoever reads them first.
"""

import re

from gunicorn.glogging import Logger

KEY_OF_A_LINK = re.compile(
    r"(?<=/confirm-email/)[^/]+|(?<=/reset/key/)[^/]+|(?<=/agree/link/)[^/]+|(?<=/sitter/link/)[^/]+"
    r"|(?<=/report/mine/link/)[^/]+|(?<=/live/)[0-9a-f-]{36}"
)


class AccessLog(Logger):
    """gunicorn's own, without the keys."""

    def atoms(self, *request):
        """What a line of the log may be made of."""
        known = super().atoms(*request)
        return known | {"U": KEY_OF_A_LINK.sub("…", known["U"] or "")}


logger_class = AccessLog
access_log_format = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(b)s %(M)s ms'
