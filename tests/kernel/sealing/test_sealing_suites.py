"""The two cipher suites against the vectors of their standards."""

import hashlib
import hmac

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from gridward.kernel.sealing.suites import SUITES, Sm4Gcm


def test_sm3_gives_the_digest_of_its_standard():
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

    assert SUITES["gm"].digest(b"abc").hex() == expected


def test_sm4_gives_the_block_of_its_standard():
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")

    encryptor = Cipher(algorithms.SM4(block), modes.ECB()).encryptor()

    assert encryptor.update(block).hex() == "681edf34d206965e86b3e94f536e4246"


def test_sm4_gcm_gives_the_vector_of_rfc_8998():
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    nonce = bytes.fromhex("00001234567800000000abcd")
    associated = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = b"".join(bytes([value]) * 8 for value in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))

    sealed = Sm4Gcm(key).encrypt(nonce, plain, associated)

    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert Sm4Gcm(key).decrypt(nonce, sealed, associated) == plain


@pytest.mark.parametrize("suite", ["aes", "gm"])
def test_an_aead_refuses_a_ciphertext_without_its_tag(suite):
    aead = SUITES[suite].aead(bytes(SUITES[suite].key_size))

    with pytest.raises(InvalidTag):
        aead.decrypt(bytes(12), b"short", b"")


def test_both_macs_equal_those_of_the_standard_library():
    for suite, name in (("aes", "sha256"), ("gm", "sm3")):
        if name not in hashlib.algorithms_available:
            continue
        prepared = SUITES[suite].mac(b"key")

        prepared.update(b"value")

        assert prepared.finalize() == hmac.new(b"key", b"value", name).digest()
