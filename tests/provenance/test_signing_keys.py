"""The keys of a site."""

import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from provenance import keys, places
from provenance.errors import KeyMissing, ProvenanceError


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_private_to_their_owner(tmp_path: Path) -> None:
    folder = keys.create(tmp_path / "var" / "keys").folder
    assert mode(folder) == 0o700
    assert {path.name: mode(path) for path in folder.iterdir()} == dict.fromkeys(
        (
            "watermark.key",
            "log.key",
            "consent.key",
            "consent.pem",
            "statements.key",
            "root.pem",
            "chain.pem",
            "signer.key",
        ),
        0o600,
    )


def test_making_keys_again_changes_nothing(tmp_path: Path) -> None:
    first = keys.create(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(first.made) == 8
    assert keys.create(tmp_path).made == ()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_operators_own_watermark_key_is_kept(tmp_path: Path) -> None:
    (tmp_path / "watermark.key").write_bytes(b"an operator's own watermark key.")
    assert "watermark.key" not in keys.create(tmp_path).made
    assert keys.load_watermark_key(tmp_path / "watermark.key") == b"an operator's own watermark key."


def test_half_a_signing_set_is_reported_and_left_alone(tmp_path: Path) -> None:
    keys.create(tmp_path)
    (tmp_path / "signer.key").unlink()
    with pytest.raises(ProvenanceError, match="not the rest of that set"):
        keys.create(tmp_path)
    assert not (tmp_path / "signer.key").exists()


def test_the_chain_leads_to_the_root(site: keys.KeySet) -> None:
    identity = keys.load_identity(site.folder)
    leaf, middle = x509.load_pem_x509_certificates(identity.chain.encode())
    root = x509.load_pem_x509_certificate(site.root.read_bytes())
    leaf.verify_directly_issued_by(middle)
    middle.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)
    assert identity.certificate == leaf
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert not usage.key_cert_sign


def test_an_identity_signs_raw_es256(site: keys.KeySet) -> None:
    identity = keys.load_identity(site.folder)
    signature = identity.sign(b"message")
    assert len(signature) == 64
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    public = identity.certificate.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(encode_dss_signature(r, s), b"message", ec.ECDSA(hashes.SHA256()))


def test_a_missing_key_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(places.DATA_ENV, str(tmp_path / "nowhere"))
    monkeypatch.delenv(places.KEY_ENV, raising=False)
    for load in (keys.load_watermark_key, keys.load_trust_root, keys.load_identity):
        with pytest.raises(KeyMissing) as caught:
            load()
        assert caught.value.exit_code == 3
        assert "python -m provenance keys" in caught.value.hint


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    keys.create(tmp_path)
    wrong = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for content in (b"not a key", wrong):
        (tmp_path / "signer.key").write_bytes(content)
        with pytest.raises(KeyMissing, match="P-256"):
            keys.load_identity(tmp_path)
