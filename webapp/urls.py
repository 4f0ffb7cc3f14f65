"""Addresses of the site, and the journey through them. Stable: scripts and templates rely on names and fields.

Without a login: `home`, `/accounts/…`, `/health/`, `/log/…`, `/look-up/…`, `/manifests/…`, `/report/…`, `/agree/…`,
`/sitter/…`, `/live/<uuid>/…`, `/consent.pem`, `/root.pem`. What is not yours answers 404. POST needs the CSRF token
of the page. A good POST redirects to what it made; a refused one shows the form again (200).

 1. account_signup, account_login     /accounts/signup/, …/login/   login, password; email, password1, password2
 2. uploads:portrait-new              /portraits/new/          POST file, title (optional) → portrait page
    uploads:portrait                  /portraits/<uuid>/       states CHECKING READY REFUSED NEEDS_CHOICE
    uploads:portrait-status           …/status/                fragment with id="status" and data-state="…"
    uploads:portrait-face             …/face/                  POST face (index), when the state is NEEDS_CHOICE
    uploads:portrait-picture          …/picture/               the bytes
    uploads:portrait-delete           …/delete/                POST
 3. uploads:recording-new             /recordings/new/         POST file, title, transcript (both optional)
                                      → recording page
    uploads:recording-write           /recordings/write/      POST text, language, voice, title (both optional)
                                      → recording page; ?again=<uuid> starts from that recording's text
    uploads:recording, -status, -sound (…/sound/), -delete     as above
 4. consent:give                      /portraits/<uuid>/consent/   leads to the next two and to consent:ask
    consent:myself                    …/consent/me/            after a live check; POST sitter_name, purposes,
                                      purpose, expires_on (YYYY-MM-DD, default in a year), confirm=on, statement and
                                      statement_file (both optional) → portrait
    consent:nobody                    …/consent/nobody/        POST sitter_name, source, evidence, purposes,
                                      purpose, expires_on, confirm=on → portrait
    consent:consent                   /consents/<uuid>/        consent:withdraw …/withdraw/ POST reason (optional)
    consent:ask, consent:revoke       /portraits/<uuid>/ask/   POST asked_as, purposes, purpose, until, recording
                                      (optional); shows the link (201); …/ask/revoke/ POST request
    consent:receipt                   /consents/<uuid>/receipt.json
    sitter:agree, …:finish, …:refuse  /agree/link/<secret>/ → /agree/ POST full_name, is_me=on, purposes, purpose,
                                      until, only_this, language, email → live:page; then /agree/finish/ POST;
                                      /agree/refuse/ POST block; no login (docs/consent.md)
    sitter:portal and below           /sitter/link/<secret>/ → /sitter/; no login; where an address was given, first
                                      /sitter/code/ POST code, …/again/ POST
    sitter:key                        /consent.pem
    live:begin, live:page             /portraits/<uuid>/live/ POST language → /live/<uuid>/, no login; …/draw/ POST
                                      is_adult=on (once); …/film/ POST film, timed (on where made on the page);
                                      …/appeal/ POST reason; …/status/ fragment
 5. videos:new                        /videos/new/             POST portrait, recording (uuids), title, purpose
                                      (where several were agreed to), gaze_yaw, gaze_pitch (degrees),
                                      distance, emotion, emotion_weight (0..1), expressiveness (0..2), still (on),
                                      seed → video
    videos:list                       /videos/                 history
    videos:video                      /videos/<uuid>/          states HELD QUEUED RUNNING SEALING IN_REVIEW
                                      PUBLISHED HIDDEN REJECTED FAILED CANCELLED TAKEN_DOWN
    videos:status                     …/status/                fragment with id="status", data-state, data-progress;
                                      JSON {state, stage, progress, eta_s, position, message, hint} with
                                      "Accept: application/json"; 204 with ?since=STATE while nothing changed
    videos:cancel, videos:retry       …/cancel/, …/retry/      POST
    videos:appeal                     …/appeal/                POST words, once, after a reviewer's no
    videos:watch, videos:poster       …/watch/, …/poster/      bytes; Range honoured
    videos:download                   …/download/              the sealed MP4, once PUBLISHED
    videos:proof                      …/proof/                 the seal's ledger entry, its inclusion proof, the
                                      signed head; as JSON with "Accept: application/json"
    videos:captions                   …/captions.vtt, …/captions.srt
 6. review:queue                      /review/                 reviewers
    review:video                      /review/<uuid>/          watch, facts
    review:decide                     …/decide/                POST verdict (APPROVED | REJECTED), reason
    review:open-statement             /review/statements/<uuid>/open/ POST reason, next: hear it for 15 minutes
    live:waiting, …:open, …:review    /live/waiting/; /live/<uuid>/open/ POST reason: the film, for 15 minutes;
                                      …/review/ POST verdict (pass | fail), reason
    moderation:queue, …:held, …:decide    /review/held/, …/<uuid>/, …/decide/   POST verdict (ALLOWED | REFUSED),
                                      reason; requests that wait for a person before a frame is painted
    moderation:appeal, …:answer       /review/held/<uuid>/appeal/, …/answer/ POST answer (GRANTED | UPHELD), reason
    evidence:packages, …:download     /review/<uuid>/evidence/ POST reason; ?suspect=<look-up>; /evidence/<uuid>.zip
 7. lookup:new, lookup:look-up        /look-up/                for everyone; POST file → …/<uuid>/; …/status/
    lookup:manifest, lookup:root      /manifests/<code>.c2pa, /root.pem
    reports:new                       /report/                 for everyone; ?video=NUMBER; POST video, elsewhere,
                                      stands, wrong (one or several), words, contact, formal, name, good_faith (on)
    reports:mine and below            /report/mine/link/<secret>/ → /report/mine/; no login (docs/reports.md)
    cases:waiting, cases:case         /review/reports/, …/videos/<uuid>/ POST verdict (TAKE_DOWN | KEEP), reason,
                                      seen, copies (uuids); cases:loose …/<uuid>/ POST video, or reason; reviewers
 8. audit:list, audit:export          /audit/, …/export.csv   auditors; GET kind, actor, object, since, until, text
    audit:erase                       /audit/erase/            auditors; POST who, reason, confirm=on
    blocklist:list, …:face            /blocked-faces/          administrators; POST picture, reason;
                                      …/<uuid>/ POST why
 9. log:page                          /log/                    for everyone, without a login; docs/ledger.md
    log:head, log:entries, log:key    /log/head, entries, key  JSON
    log:inclusion, log:consistency    /log/proof/inclusion, …/consistency    JSON

Workers: `celery -A webapp worker -Q intake`, `-Q gpu`, `-Q seal`, `-Q look` with `--pool=threads --concurrency=1`,
and `celery -A webapp beat`. Rendering runs in a child process of the gpu worker, which ends with it.
Set-up: `manage.py setup_site`, `manage.py create_account EMAIL --role creator|reviewer|auditor|admin`.
"""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from webapp import views

# The admin's own log-in would know neither the rate limit nor the second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("accounts/", include("allauth.urls")),
    path("", include("webapp.uploads.urls")),
    path("", include("webapp.consent.urls")),
    path("", include("webapp.consent.live.urls")),
    path("", include("webapp.consent.public_urls")),
    path("blocked-faces/", include("webapp.blocklist.urls")),
    path("videos/", include("webapp.videos.urls")),
    path("review/held/", include("webapp.moderation.urls")),
    path("review/", include("webapp.review.urls")),
    path("review/reports/", include("webapp.reports.case_urls")),
    path("report/", include("webapp.reports.urls")),
    path("audit/", include("webapp.audit.urls")),
    path("log/", include("webapp.audit.public_urls")),
    path("", include("webapp.lookup.urls")),
    path("", include("webapp.evidence.urls")),
    path("admin/", admin.site.urls),
]
handler400 = "webapp.views.bad_request"
handler404 = "webapp.views.not_found"
handler500 = "webapp.views.server_error"
