"""Checks a proof of one Sheaf record against a school's id, without Sheaf: see proof.md.
pip install blake3 lz4 pynacl; python3 check_proof.py FILE SCHOOL_ID"""
import base64, io, json, sys
from datetime import datetime, timezone
from blake3 import blake3
from lz4.block import decompress
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as decrypt
from nacl.signing import VerifyKey

def check(holds, what):
    if not holds:
        sys.exit(f"the proof does not hold: {what}")

number = lambda data: int.from_bytes(data, "big")
proof, school = json.load(open(sys.argv[1], encoding="utf-8")), bytes.fromhex(sys.argv[2])
check(proof["sheaf_proof"] == 1, "it is of another version, get a newer script")
person_of, role_of, members = {}, {}, set()
for entry in proof["control"] + proof["changes"]:
    signer, header = bytes.fromhex(entry["signer"]), base64.b64decode(entry["header"])
    VerifyKey(signer).verify(b"sheaf/1/entry\0" + header, base64.b64decode(entry["signature"]))
    r, person = io.BytesIO(header), person_of.get(signer)
    check(r.read(1) == b"\1" and r.read(32) in (school, bytes(32)), "an entry of another school")
    space, _, heads = r.read(16), r.read(73), r.read(32 * number(r.read(2)))
    space_heads, _, time = r.read(32 * number(r.read(2))), r.read(16), number(r.read(8))
    acts = [(number(r.read(1)), r.read(number(r.read(4)))) for _ in range(number(r.read(2)))]
    before, sections = header[:r.tell()], [r.read(52) for _ in range(number(r.read(2)))]
    founding = blake3(header, derive_key_context="sheaf/1/entry").digest() == school
    role = 6 if founding else role_of.get(person, 0)  # 2 is a mentor, 3 a lead, 6 the head
    for tag, act in acts if role >= 3 else []:  # what others say of the school counts for nothing
        if tag in (1, 2, 3):  # the founding, a person, a further device, each by a certificate
            certificate = act[{1: 32, 2: 1, 3: 0}[tag]:]  # of a person and the key of a device
            person_of[certificate[16:48]] = certificate[:16]
            role_of[certificate[:16]] = {1: 6, 2: act[0], 3: role_of.get(certificate[:16], 0)}[tag]
        if tag == 4: role_of[act[:16]] = max(role_of.get(act[:16], 0), act[16])  # another role
        if tag in (9, 10): members.add((space, person if tag == 9 else act))  # a space, a member
    if "sealed" in entry:
        check(role >= 2 and (space, person) in members, "a change by somebody without the right")
        record, sealed = bytes.fromhex(proof["record"]), base64.b64decode(entry["sealed"])
        digest = blake3(sealed, derive_key_context="sheaf/1/section-hash").digest()
        row = record + len(sealed).to_bytes(4, "big") + digest
        context = before + sections.index(row).to_bytes(4, "big") + record
        plain = decrypt(sealed[24:], context, sealed[:24], base64.b64decode(entry["key"]))
        words = decompress(plain[24:24 + number(plain[20:24])], uncompressed_size=4 << 20)
        print(f"\n{datetime.fromtimestamp(time / 1000, timezone.utc)}, by the clock of its author")
        print(f"  person {person.hex()}\n  device {signer.hex()}, signature valid")
        for said in entry["says"]:
            text = said["value"] if isinstance(said["value"], str) else ""
            check(text.encode() in words, f"{said['field']} does not say this")
            print(f"  {said['field']}: {said['value']!r}")
print("\nThe proof holds: words in quotes were signed, other values are as the file says")
