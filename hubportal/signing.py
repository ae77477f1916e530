"""The hub's key: what it signs with it, anybody can check with the public half, which the portal publishes.

The private key comes from the environment (`CREDENTIAL_KEY`, made by `manage.py make_credential_key`) and is nowhere
else. After a change of key the public halves of earlier ones stay published (`CREDENTIAL_OLD_KEYS`), so that what they
signed can still be checked. Without a key nothing is signed, and everything else works.
"""

import base64
import binascii
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from joserfc import jwt
from joserfc.jwk import RSAKey

# What Open Badges asks every verifier to know; 2048 bits is the least that RS256 allows.
ALGORITHM = "RS256"
KEY_BITS = 3072
LEAST_BITS = 2048
NOT_A_KEY = "{name} is no RSA key of {bits} bits or more: make one with manage.py make_credential_key."


def new_key(*, bits: int = KEY_BITS) -> str:
    """A new private key, as `CREDENTIAL_KEY` takes it: PKCS #8 as base64, on one line."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    encoded = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return base64.b64encode(encoded).decode()


def public_half(text: str) -> str:
    """The public half of a private key, as `CREDENTIAL_OLD_KEYS` takes it: SubjectPublicKeyInfo as base64."""
    key = _private(text).public_key()
    encoded = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(encoded).decode()


def can_sign() -> bool:
    """Whether this hub has a key."""
    return bool(settings.CREDENTIAL_KEY)


def signing_key() -> RSAKey:
    """The key that signs now.

    Raises:
        ImproperlyConfigured: there is none, or what is set is no RSA key of 2048 bits or more.
    """
    return RSAKey.import_key(_private(settings.CREDENTIAL_KEY))


def published_keys() -> list[RSAKey]:
    """The public halves of the key that signs now and of those that signed before, the newest first.

    Raises:
        ImproperlyConfigured: what is set is no RSA key of 2048 bits or more.
    """
    texts = [public_half(settings.CREDENTIAL_KEY)] if can_sign() else []
    # A key may be listed as an old one before it is replaced.
    texts += [text for text in settings.CREDENTIAL_OLD_KEYS if text not in texts]
    return [RSAKey.import_key(_public(text)) for text in texts]


def problems_of_keys() -> list[str]:
    """What is wrong with the keys as they are set, in a sentence; nothing where there are none."""
    try:
        published_keys()
    except ImproperlyConfigured as problem:
        return [str(problem)]
    return []


def thumbprint(key: RSAKey) -> str:
    """The name of a key: 43 characters that follow from its public half (RFC 7638)."""
    return key.thumbprint()


def public_jwk(key: RSAKey, *, kid: str) -> dict[str, Any]:
    """The public half as a JSON Web Key; no private member is ever in it."""
    members = key.as_dict(private=False)
    return {"kty": "RSA", "n": members["n"], "e": members["e"], "alg": ALGORITHM, "use": "sig", "kid": kid}


def sign(claims: dict[str, Any], *, key: RSAKey, kid: str) -> str:
    """A JSON Web Token of these claims in its compact form, signed with RS256; the header names the key's address."""
    return jwt.encode({"alg": ALGORITHM, "typ": "JWT", "kid": kid}, claims, key, algorithms=[ALGORITHM])


# Reading a key and checking its numbers takes longer than signing with it.
@lru_cache(maxsize=8)
def _private(text: str) -> rsa.RSAPrivateKey:
    try:
        key = serialization.load_der_private_key(base64.b64decode(text, validate=True), password=None)
    except (ValueError, TypeError, binascii.Error) as error:
        raise ImproperlyConfigured(NOT_A_KEY.format(name="CREDENTIAL_KEY", bits=LEAST_BITS)) from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < LEAST_BITS:
        raise ImproperlyConfigured(NOT_A_KEY.format(name="CREDENTIAL_KEY", bits=LEAST_BITS))
    return key


@lru_cache(maxsize=32)
def _public(text: str) -> rsa.RSAPublicKey:
    try:
        key = serialization.load_der_public_key(base64.b64decode(text, validate=True))
    except (ValueError, TypeError, binascii.Error) as error:
        raise ImproperlyConfigured(NOT_A_KEY.format(name="CREDENTIAL_OLD_KEYS", bits=LEAST_BITS)) from error
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < LEAST_BITS:
        raise ImproperlyConfigured(NOT_A_KEY.format(name="CREDENTIAL_OLD_KEYS", bits=LEAST_BITS))
    return key
