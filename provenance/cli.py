"""The command line. Exit 0 done, 2 refused, 3 something missing on this machine, 1 a fault of ours."""

from __future__ import annotations

import argparse
import base64
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from . import keys, places, signers
from .errors import KeyMissing, ProvenanceError
from .statement_key import rotate_statement_key

EPILOG = f"""keys:
  watermark key  {places.KEY_ENV}, else {places.key_folder()}/{places.WATERMARK_KEY}
  trust root     {places.TRUST_ENV}, else {places.key_folder()}/{places.ROOT_CERTIFICATE}
  {places.DATA_ENV} moves the data folder (default: var). "python -m provenance keys" makes what is missing.
"""

LOG_KEY_BYTES = 32  # Ed25519
REFUSED = 2  # exit status when what was to be checked is not valid
Answer = tuple[dict[str, Any], str]  # the JSON object, and the same for people


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], Answer] = options.command
    try:
        answer, text = _run(command, options)
    except ProvenanceError as error:
        if options.json:
            _print(json.dumps(error.as_json()))
        _print(" ".join(part for part in (error.message, error.hint) if part), to=sys.stderr)
        return error.exit_code
    _print(json.dumps(answer) if options.json else text)
    return REFUSED if answer.get("valid") is False else 0


def _run(command: Callable[[argparse.Namespace], Answer], options: argparse.Namespace) -> Answer:
    """The command, with what the machine refuses (disk full, not permitted) as a fault that explains itself."""
    try:
        return command(options)
    except OSError as error:
        raise ProvenanceError("system", f"The system refused: {error}.", "Nothing was lost; try again.") from error


def _identify(options: argparse.Namespace) -> Answer:
    from .codes import read_codes
    from .fingerprints import Library
    from .identify import identify

    found = identify(
        options.file,
        key=keys.load_watermark_key(),
        codes=read_codes(options.codes) if options.codes else None,
        trust_root=_optional_root(),
        library=Library.read(options.prints) if options.prints else None,
    )
    lines = [found.sentence, f"Job code: {found.job_code}" if found.job_code else "", ""]
    if found.segment_s and found.segment_s[1] > 0:
        lines[1] += f", seen from {found.segment_s[0]:g} s to {found.segment_s[1]:g} s"
    for signal in found.signals:
        lines.append(f"  {'✓' if signal.found else '–'} {signal.name.replace('_', ' '):<13} {signal.detail}")
    return asdict(found), "\n".join(lines)


def _verify(options: argparse.Namespace) -> Answer:
    from .verify import verify

    root = keys.load_trust_root(options.trust) if options.trust else _optional_root()
    checked = verify(options.file, trust_root=root, key=_optional_key())
    manifest = checked.manifest
    answer = {
        "manifest": manifest.state,
        "signer": manifest.signer,
        "failures": list(manifest.failures),
        "watermark_agrees": checked.watermark_agrees,
    }
    agrees = {
        True: "The picture carries the mark that the manifest names.",
        False: "The picture does not carry the mark that the manifest names.",
        None: "Mark and manifest could not be compared.",
    }
    lines = [f"Manifest {manifest.state}: {manifest.sentence}", f"Signer: {manifest.signer or 'none'}"]
    lines += [f"  – {failure}" for failure in manifest.failures]
    return answer, "\n".join([*lines, agrees[checked.watermark_agrees]])


def _recover(options: argparse.Namespace) -> Answer:
    from . import manifest_store
    from .codes import read_codes
    from .recover import recover

    found = recover(
        options.file,
        key=keys.load_watermark_key(),
        fetch=manifest_store.at(options.source or places.manifests()),
        codes=read_codes(options.codes) if options.codes else None,
        trust_root=keys.load_trust_root(options.trust) if options.trust else _optional_root(),
    )
    if options.out and found.store:
        options.out.write_bytes(found.store)
    manifest = found.manifest
    answer = {
        "job_code": found.job_code,
        "manifest": manifest.state,
        "signer": manifest.signer,
        "failures": list(manifest.failures),
        "job": manifest.job,
        "differences": [asdict(difference) for difference in found.differences],
    }
    lines = [f"Job {found.job_code}. Manifest {manifest.state}: {manifest.sentence}"]
    lines += [f"Signer: {manifest.signer or 'none'}", *(f"  – {failure}" for failure in manifest.failures)]
    if not found.store:
        return answer, "\n".join([*lines, "The file still carries it; nothing had to be recovered."])
    lines.append("What differs from the signed video:")
    lines += [f"  {one.what:<22} {one.signed}  →  {one.copy}" for one in found.differences]
    return answer, "\n".join(lines)


def _keys(options: argparse.Namespace) -> Answer:
    folder = options.folder or places.key_folder()
    if options.rotate_statements:
        rotate_statement_key(folder)
        told = "New statements are locked with a new key. Older ones need the old key: it stays in the file."
        return {"folder": str(folder), "made": [places.STATEMENT_KEY]}, told
    made = keys.rotate(folder) if options.rotate else keys.create(folder)
    ends = keys.load_identity(folder).ends_at
    answer = {
        "folder": str(folder),
        "made": list(made.made),
        "root": str(made.root),
        "signer_ends": ends.isoformat(),
    }
    lines = [f"The signer's certificate ends on {ends:%d %B %Y}."]
    if options.rotate:
        lines.insert(
            0, f"Signs with a new chain now. Publish {made.root} again: old files need the old root in it."
        )
    elif not made.made:
        lines.insert(0, f"{folder} is complete; nothing was changed.")
    else:
        lines.insert(
            0,
            f"Made {', '.join(made.made)} in {folder}. Keep the folder private and backed up: without "
            f"{places.WATERMARK_KEY} no mark can be read again. {places.ROOT_CERTIFICATE} is for publishing.",
        )
    if signers.ends_soon(ends):
        lines.append("Put a new one in its place soon: python -m provenance keys --rotate, or ask your authority.")
    return answer, "\n".join(lines)


def _check_evidence(options: argparse.Namespace) -> Answer:
    from .evidence import check

    checked = check(
        options.file, roots=keys.load_trust_root(options.root) if options.root else keys.load_trust_root()
    )
    answer = {"valid": checked.valid, "failures": list(checked.failures)}
    answer |= {"code": checked.code, "made_at": checked.made_at, "log_key": checked.log_key}
    lines = [f"Evidence about the video {checked.code}, put together on {checked.made_at}."]
    if checked.valid:
        lines.append("Valid: files, signature, certificate, log and content credentials agree.")
    else:
        lines += ["NOT VALID:", *(f"  – {failure}" for failure in checked.failures)]
    return answer, "\n".join([*lines, f"The log's key: {checked.log_key}"])


def _bench_prints(options: argparse.Namespace) -> Answer:
    from .fingerprints.bench import measure

    query = measure(options.prints)
    text = (
        f"{query.videos} videos, {query.memory_mb:.0f} MB, built in {query.build_s:.1f} s:\n"
        f"  a query      {query.median_ms:5.1f} ms, at worst {query.worst_ms:.1f}; {query.found} of 20 copies found"
    )
    return asdict(query), text


def _check_consent(options: argparse.Namespace) -> Answer:
    from .consent import check
    from .consent_key import load_public_keys

    key = options.root or places.key_folder() / places.CONSENT_PUBLIC_KEY
    checked = check(options.file, trusted=load_public_keys(key))
    answer = {"valid": checked.valid, "failures": list(checked.failures), "sha256": checked.sha256}
    answer |= {"statement": dict(checked.statement)}
    said = {name: checked.statement.get(name) for name in ("sitter_name", "purpose", "given_at", "expires_at")}
    lines = ["Consent of {sitter_name} for “{purpose}”, given {given_at}, until {expires_at}.".format(**said)]
    if purposes := checked.statement.get("purposes"):
        lines.append(f"Purposes: {', '.join(map(str, purposes))}.")
    if checked.valid:
        lines.append(
            "Valid: statement, signature and key agree. Whether it was withdrawn since, the site's log says."
        )
    else:
        lines += ["NOT VALID:", *(f"  – {failure}" for failure in checked.failures)]
    return answer, "\n".join([*lines, f"SHA-256 of the statement: {checked.sha256}"])


def _bench(options: argparse.Namespace) -> Answer:
    if options.prints:
        return _bench_prints(options)
    from .bench import measure

    cost = measure(options.size, options.seconds)
    text = (
        f"{cost.frames} frames of {options.size} × {options.size} px, CPU time on one thread:\n"
        f"  naming mark  {cost.naming_ms:5.1f} ms a frame, PSNR {cost.naming_psnr_db:.1f} dB\n"
        f"  both layers  {cost.both_ms:5.1f} ms a frame, PSNR {cost.both_psnr_db:.1f} dB"
    )
    return asdict(cost), text


def _survive(options: argparse.Namespace) -> Answer:
    from .codes import read_codes
    from .survive import collusion, false_positives, study

    if options.collusion:
        attempts = collusion.collude(options.files)
        return {"attempts": [asdict(attempt) for attempt in attempts]}, collusion.table(attempts)
    if options.false_positives:
        alarms = false_positives.count(options.files, options.false_positives, progress=_tell)
        return asdict(alarms), alarms.sentence
    study.check_names(options.attack)
    codes = read_codes(options.codes) if options.codes else ()
    found = study.study(options.files, codes=codes, attacks=options.attack, clip_s=options.seconds, progress=_tell)
    return found.as_json(), study.table(found)


def _audit(options: argparse.Namespace) -> Answer:
    from .witness import audit

    state = options.state or places.witness_state(options.url)
    seen = audit(options.url, state, key=options.key)
    text = (
        f"Consistent: {seen.tree_size} entries, {seen.new_entries} of them new; read again: {seen.reread_entries}."
        f"\nSigned at {seen.signed_at}, root {seen.root}. Remembered in {state}."
    )
    if seen.first_look:
        text += "\nThis was the first look: from now on, nothing of this can change without being seen."
    return asdict(seen), text


def _log_key(text: str) -> bytes:
    """The raw key in base64, as /log/key shows it."""
    key = base64.b64decode(text, validate=True)
    if len(key) != LOG_KEY_BYTES:
        raise ValueError(text)
    return key


def _parser() -> argparse.ArgumentParser:
    style = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m provenance", epilog=EPILOG, formatter_class=style)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[argparse.Namespace], Answer], help_text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_text, description=help_text, epilog=EPILOG, formatter_class=style)
        sub.add_argument("--json", action="store_true", help="print one JSON object on stdout")
        sub.set_defaults(command=command)
        return sub

    sub = add("identify", _identify, "Was this video or picture made here, and by which job?")
    sub.add_argument("file", type=Path)
    sub.add_argument(
        "--codes", type=Path, help="issued codes, one of ten hex digits a line, as the site exports them"
    )
    sub.add_argument("--prints", type=Path, help="prints of the site's videos, as the site exports them")
    sub = add("verify", _verify, "Is the file's manifest whole, and does the mark agree with it?")
    sub.add_argument("file", type=Path)
    sub.add_argument(
        "--trust", type=Path, metavar="ROOT.pem", help="root certificate to trust instead of the site's"
    )
    sub = add("check-evidence", _check_evidence, "Is this package of evidence whole, and who signed it?")
    sub.add_argument("file", type=Path)
    sub.add_argument("--root", type=Path, metavar="ROOT.pem", help="root certificate (default: the site's)")
    sub = add("check-consent", _check_consent, "Is this consent receipt whole, and did the site sign it?")
    sub.add_argument("file", type=Path)
    sub.add_argument(
        "--root", type=Path, metavar="KEY.pem", help="public key, from the site's address /consent.pem"
    )
    sub = add(
        "keys", _keys, "Make what is missing: keys of marks, log, consents and statements, a development chain."
    )
    sub.add_argument("--folder", type=Path, help=f"default: {places.key_folder()}")
    sub.add_argument(
        "--rotate", action="store_true", help="sign with a new chain; files signed before stay trusted"
    )
    sub.add_argument(
        "--rotate-statements", action="store_true", help="lock statements with a new key; old ones stay readable"
    )
    sub = add("recover", _recover, "Find the manifest of a video that lost it, and say what differs.")
    sub.add_argument("file", type=Path)
    sub.add_argument(
        "--from",
        dest="source",
        metavar="PLACE",
        help=f"folder or address of the site; default: {places.MANIFESTS_ENV}, else {places.manifests()}",
    )
    sub.add_argument("--codes", type=Path, help="issued codes, one of ten hex digits a line")
    sub.add_argument(
        "--trust", type=Path, metavar="ROOT.pem", help="root certificate to trust instead of the site's"
    )
    sub.add_argument("--out", type=Path, metavar="M.c2pa", help="write the manifest there")
    sub = add("survive", _survive, "Mark clips of these videos, attack them, and measure what can still be read.")
    sub.add_argument("files", type=Path, nargs="+", metavar="FILE")
    sub.add_argument("--codes", type=Path, help="issued codes to search besides 10 000 random ones")
    sub.add_argument("--attack", action="append", default=[], metavar="NAME", help="only this one; may be repeated")
    sub.add_argument("--seconds", type=float, default=3.0, help="length of the clips")
    sub.add_argument(
        "--false-positives", type=int, metavar="N", help="instead: search N crops that carry no mark of the key"
    )
    sub.add_argument("--collusion", action="store_true", help="instead: attack the first by means of the others")
    sub = add("audit", _audit, "Watch a public log: is everything in it as it was when you last looked?")
    sub.add_argument("url", metavar="LOG_URL", help="such as https://site.example/log/")
    sub.add_argument("--state", type=Path, metavar="FILE", help="what is remembered; default: in the data folder")
    sub.add_argument("--key", type=_log_key, metavar="BASE64", help="the only key to trust, else the first seen")
    sub = add("bench", _bench, "Measure what marking costs here.")
    sub.add_argument("--size", type=int, default=512, help="side of the frames in px")
    sub.add_argument("--seconds", type=float, default=10.0, help="length of the stream at 25 frames/s")
    sub.add_argument("--prints", type=int, metavar="N", help="instead: find a copy among N videos by its prints")
    return parser


def _tell(done: int, total: int, what: str) -> None:
    sys.stderr.write(f"\r{done}/{total} {what:<30}{'' if done < total else chr(10)}")
    sys.stderr.flush()


def _optional_root() -> bytes | None:
    """The site's root if there is one: without it a manifest can be valid, never trusted."""
    try:
        return keys.load_trust_root()
    except KeyMissing:
        return None


def _optional_key() -> bytes | None:
    """The watermark's key if there is one: without it mark and manifest are not compared."""
    try:
        return keys.load_watermark_key()
    except KeyMissing:
        return None


def _print(text: str, to: Any = None) -> None:
    (to or sys.stdout).write(text + "\n")
