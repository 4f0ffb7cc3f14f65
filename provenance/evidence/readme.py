"""The page that whoever opens a package reads first; for people who are not engineers."""

README = """\
EVIDENCE ABOUT THE VIDEO {code}
Put together on {made_at}


What this is

Somebody asked this site what it knows about one video. This package holds the answer. It was written and signed by
the site's program, not typed by hand. Whoever has it can check, without asking the site, that nothing in it was
changed since.


What is in it

job.json        What was asked for and when: the number of the video, the hashes (SHA-256) of the portrait, the
                recording and the finished video, the settings, and the versions of the programs that made it.
consent.json    Who agreed to what, when, for what purpose and until when; and whether it was withdrawn.
receipt.json    The same as the signed statement that was made when the sitter agreed. "check-consent" checks it by
                itself.
signals.json    If a suspect file was examined: its hash, and what was found in it. "confidence" is one minus the
                chance that unrelated material would look the same. It is not the chance that the answer is right:
                somebody who copies a mark on purpose is not in that number.
manifest.c2pa   The content credentials that were signed into the video (C2PA). Any C2PA program can read them.
ledger.json     The entries about this video in the site's public log, with the proof that they stand in it.
replay.json     What is needed to make the video again and compare it picture by picture.
evidence.json   The list of these files with their hashes. evidence.sig is the signature of that list, chain.pem the
                certificate of the signer.


How to check it

You need the site's root certificate (root.pem), from the site's address /root.pem or, better, from somebody who got
it earlier. Then, with the Sitter program on any computer, without a network:

    python -m provenance check-evidence THIS_FILE.zip --root root.pem

It checks the hashes, the signature and its certificate, the proofs of the log and its signature, the content
credentials, and that all of them speak of the same video, portrait, recording and consent.

By hand: the SHA-256 of each file must be the one in evidence.json ("sha256sum FILE").


What it shows, and what it does not

It shows what the site recorded, and that the record was not changed afterwards without leaving a trace in the log.
It does not show that what somebody told the site was true. That a mark is found in a file does not by itself show
that the file was made by this site: marks can be copied. That is why signals.json names every signal, and why two
of them that do not depend on each other are needed before the file is called "made here".

Not checked by the program: who the person behind an account is. Accounts appear under pseudonyms; the site can say
whose they are if it is obliged to.
"""
