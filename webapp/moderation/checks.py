"""Rules and calendar are read when the site starts, so that a slip in them is not found by a creator."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks

from webapp.accounts.checks import TAG
from webapp.moderation import elections, rules
from webapp.moderation.files import BadRules


@checks.register(TAG)
def rules_can_be_read(app_configs: Any, **_: Any) -> list[checks.CheckMessage]:
    """A file of rules that can't be used is an error, not a site without rules."""
    found: list[checks.CheckMessage] = []
    for load, path in ((rules.load, settings.MODERATION_RULES), (elections.load, settings.MODERATION_ELECTIONS)):
        try:
            load(path)
        except BadRules as bad:
            hint = "Mend the file, and try it with `manage.py check_rules` (docs/moderation.md)."
            found.append(checks.Error(f"{bad}.", hint=hint, id="sitter.E010"))
    return found
