"""Signing up, confirming, logging in; roles, suspension and the commands of operators."""

from __future__ import annotations

import io
import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from tests.webapp.factories import PASSWORD, make_consent, make_portrait, make_recording, make_user
from webapp.accounts.models import Role, User
from webapp.accounts.services import restore, suspend
from webapp.audit.models import Kind, LedgerEntry

pytestmark = pytest.mark.django_db
NEW = {"email": "Ada@Example.org", "password1": "a long enough secret", "password2": "a long enough secret"}


def test_an_address_is_confirmed_before_anybody_gets_in(client):
    assert client.post(reverse("account_signup"), NEW).status_code == 302
    assert client.get(reverse("videos:list")).status_code == 302
    link = re.search(r"https?://\S+/confirm-email/\S+", mail.outbox[0].body).group()
    path = "/" + link.split("/", 3)[3]
    client.post(path)
    answer = client.post(reverse("account_login"), {"login": "ada@example.org", "password": NEW["password1"]})
    assert answer.status_code == 302
    assert client.get(reverse("videos:list")).status_code == 200
    user = User.objects.get()
    assert (user.email, user.role) == ("ada@example.org", Role.CREATOR)


@pytest.mark.parametrize("page", ["account_login", "account_signup", "account_reset_password"])
def test_the_doors_ask_for_an_e_mail_address_as_every_other_page_does(client, page):
    shown = client.get(reverse(page)).content.decode()
    assert "E-mail address" in shown
    assert "Remember Me" not in shown


def test_signing_up_is_written_down_under_a_pseudonym(client):
    client.post(reverse("account_signup"), NEW)
    entry = LedgerEntry.objects.get(kind=Kind.ACCOUNT)
    assert entry.told["subject"] == User.objects.get().pseudonym


def test_guessing_a_password_is_slowed_down(client):
    user = make_user()
    for _ in range(6):
        client.post(reverse("account_login"), {"login": user.email, "password": "wrong"})
    page = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert page.status_code in (200, 429)
    assert "Wait five minutes" in page.content.decode()
    assert client.get(reverse("videos:list")).status_code == 302


def try_to_log_in(client, email: str, password: str, ip: str):
    return client.post(reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR=ip)


def test_a_stranger_who_guesses_elsewhere_does_not_lock_the_owner_out(client):
    user = make_user()
    for _ in range(6):
        page = try_to_log_in(Client(), user.email, "wrong", "192.0.2.66")
    assert "Wait five minutes" in page.content.decode()
    assert try_to_log_in(client, user.email, PASSWORD, "198.51.100.7").status_code == 302
    assert client.get(reverse("videos:list")).status_code == 200


def guess_from_everywhere(user: User) -> None:
    for number in range(60):
        try_to_log_in(Client(), user.email, "wrong", f"192.0.2.{number}")


def test_guessing_from_many_places_is_slowed_down_but_not_for_the_owners_own_browser(client):
    user = make_user()
    assert try_to_log_in(client, user.email, PASSWORD, "198.51.100.7").status_code == 302
    client.post(reverse("account_logout"))
    guess_from_everywhere(user)
    page = try_to_log_in(Client(), user.email, PASSWORD, "203.0.113.9")
    assert "browser that you used here before" in page.content.decode()
    assert try_to_log_in(client, user.email, "wrong", "198.51.100.8").status_code == 200
    assert try_to_log_in(client, user.email, PASSWORD, "198.51.100.8").status_code == 302


def test_a_browser_is_known_to_its_own_address_only(client):
    user, other = make_user(), make_user()
    try_to_log_in(client, other.email, PASSWORD, "198.51.100.7")
    client.post(reverse("account_logout"))
    guess_from_everywhere(user)
    assert try_to_log_in(client, user.email, PASSWORD, "198.51.100.7").status_code == 200


def test_a_new_password_by_mail_ends_the_pause(client):
    user = make_user()
    guess_from_everywhere(user)
    client.post(reverse("account_reset_password"), {"email": user.email})
    path = "/" + re.search(r"https?://\S+/reset/key/\S+", mail.outbox[0].body).group().split("/", 3)[3]
    form = client.get(path, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": "an even longer secret", "password2": "an even longer secret"})
    assert try_to_log_in(Client(), user.email, "an even longer secret", "203.0.113.9").status_code == 302


def test_a_forgotten_password_is_reset_by_mail(client):
    user = make_user()
    client.post(reverse("account_reset_password"), {"email": user.email})
    assert mail.outbox[0].to == [user.email]


def test_a_used_reset_link_says_so_without_calling_the_old_password_good(client):
    user = make_user()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = re.search(r"https?://\S+/reset/key/\S+", mail.outbox[0].body).group()
    path = "/" + link.split("/", 3)[3]
    form = client.get(path, follow=True).request["PATH_INFO"]
    new = {"password1": "an even longer secret", "password2": "an even longer secret"}
    assert client.post(form, new).status_code == 302
    page = client.get(path, follow=True).content.decode()
    assert "This link no longer works" in page
    assert "still works" not in page


def test_addresses_are_one_whatever_their_case():
    make_user()
    user = User.objects.get()
    assert User.objects.get_by_natural_key(user.email.upper()) == user
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email=user.email.upper())


@pytest.mark.parametrize(
    ("role", "review", "audit", "admin"),
    [
        (Role.CREATOR, 404, 404, 302),
        (Role.REVIEWER, 200, 404, 302),
        (Role.AUDITOR, 404, 200, 302),
        (Role.ADMIN, 200, 200, 200),
    ],
)
def test_a_role_opens_its_pages_and_no_others(log_in, role, review, audit, admin):
    client = log_in(make_user(role))
    names = ("review:queue", "audit:list", "admin:index")
    assert [client.get(reverse(name)).status_code for name in names] == [review, audit, admin]


def test_the_admin_has_no_log_in_of_its_own(client):
    """It would know neither the rate limit nor the second factor."""
    user = make_user(Role.ADMIN)
    answer = client.post(reverse("admin:login"), {"username": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    assert client.get(reverse("admin:index")).status_code == 302


def test_a_second_factor_is_asked_for_once_it_is_set_up(client):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    user = make_user(Role.ADMIN)
    TOTP.activate(user, generate_totp_secret())
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("admin:index")).status_code == 302


def test_a_suspension_is_shown_kept_and_lifted():
    user = make_user()
    suspend(user=user, reason="Spam", by=None)
    suspend(user=user, reason="Again", by=None)
    assert (user.is_suspended, user.suspended_reason) == (True, "Spam")
    restore(user=user, by=None)
    assert not user.is_suspended
    assert LedgerEntry.objects.filter(kind=Kind.SUSPENSION).count() == 2


def test_the_suspended_read_why_and_are_not_sent_for_a_consent(log_in, creator):
    portrait, recording = make_portrait(creator), make_recording(creator)
    make_consent(portrait)
    suspend(user=creator, reason="Reported as spam", by=None)
    client = log_in(creator)
    assert "Reported as spam" in client.get(reverse("videos:list")).content.decode()
    wanted = {"portrait": portrait.pk, "recording": recording.pk, "gaze_yaw": 0, "gaze_pitch": 0, "distance": 1}
    page = client.post(reverse("videos:new"), wanted | {"emotion": "neutral", "emotion_weight": 0.5})
    assert page.context["form"].non_field_errors()
    assert "account is suspended" in page.content.decode()
    assert "Go to the consent" not in page.content.decode()


def test_an_administrators_changes_go_through_the_ledger(log_in, creator):
    address = reverse("admin:accounts_user_change", args=[creator.pk])
    told = {"name": "", "role": "reviewer", "suspended_reason": "Spam", "max_recording_seconds": 9}
    answer = log_in(make_user(Role.ADMIN)).post(address, told | {"max_jobs_per_day": 3, "is_active": "on"})
    assert answer.status_code == 302
    creator.refresh_from_db()
    assert (creator.role, creator.is_suspended, creator.max_jobs_per_day) == (Role.REVIEWER, True, 3)
    kinds = set(LedgerEntry.objects.values_list("kind", flat=True))
    assert kinds == {Kind.ROLE, Kind.SUSPENSION, Kind.ADMIN_CHANGE}
    assert "max_jobs_per_day" in LedgerEntry.objects.get(kind=Kind.ADMIN_CHANGE).data["fields"]


def test_history_is_only_read_in_the_admin(log_in, creator):
    from tests.webapp.factories import make_job
    from webapp.review.models import Decision
    from webapp.videos.models import Status

    job = make_job(creator, Status.PUBLISHED)
    decision = Decision.objects.create(job=job, reviewer=make_user(Role.REVIEWER), verdict="APPROVED")
    client = log_in(make_user(Role.ADMIN))
    for row in (job, job.consent, job.portrait, job.recording, job.ledger_entry, decision):
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
        assert client.get(reverse(f"{name}_changelist")).status_code == 200
        assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
        assert client.post(reverse(f"{name}_change", args=[row.pk]), {}).status_code == 403
        assert client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
        assert client.get(reverse(f"{name}_add")).status_code == 403


def test_an_operator_makes_an_account_and_reads_its_password(client):
    said = io.StringIO()
    call_command("create_account", "new@example.org", role="reviewer", stdout=said)
    password = said.getvalue().strip()
    assert len(password) >= 16
    client.post(reverse("account_login"), {"login": "new@example.org", "password": password})
    assert client.get(reverse("review:queue")).status_code == 200


def test_making_an_account_again_gives_a_new_password_and_role():
    first, second = io.StringIO(), io.StringIO()
    call_command("create_account", "new@example.org", stdout=first)
    call_command("create_account", "new@example.org", role="admin", stdout=second)
    user = User.objects.get()
    assert user.role == Role.ADMIN
    assert user.check_password(second.getvalue().strip())
    assert first.getvalue() != second.getvalue()


def test_the_secret_of_a_second_factor_is_shown_to_nobody(log_in, creator):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = generate_totp_secret()
    factor = TOTP.activate(creator, secret).instance
    page = log_in(make_user(Role.ADMIN)).get(reverse("admin:mfa_authenticator_change", args=[factor.pk]))
    assert page.status_code == 200
    assert secret not in page.content.decode()


def test_an_administrator_cannot_put_an_address_under_somebody_elses_account(log_in, creator):
    client = log_in(make_user(Role.ADMIN))
    assert client.get(reverse("admin:account_emailaddress_add")).status_code == 403
    theirs = creator.emailaddress_set.get()
    form = {"email": "mine@example.org", "verified": "on"}
    client.post(reverse("admin:account_emailaddress_change", args=[theirs.pk]), form)
    theirs.refresh_from_db()
    assert theirs.email == creator.email


def test_the_folder_of_everything_private_is_closed_to_others(settings, tmp_path):
    settings.DATA, settings.KEYS, settings.DEBUG = tmp_path, tmp_path / "keys", True
    tmp_path.chmod(0o755)
    call_command("setup_site", stdout=io.StringIO())
    assert tmp_path.stat().st_mode & 0o777 == 0o700
