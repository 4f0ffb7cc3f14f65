"""Who may open a page. What is not for you answers 404, as if it were not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase

from webapp.accounts.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def user_of(request: HttpRequest) -> User:
    """The person behind a request that has passed `login_required`."""
    return cast(User, request.user)


def _only_if(allowed: Callable[[User], bool]) -> Callable[[View[P]], View[P]]:
    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not allowed(user_of(request)):
                raise Http404
            return view(request, *args, **kwargs)

        return cast("View[P]", login_required(guarded))

    return decorate


reviewer_required = _only_if(lambda user: user.is_reviewer)
auditor_required = _only_if(lambda user: user.is_auditor)
admin_required = _only_if(lambda user: user.is_staff)
