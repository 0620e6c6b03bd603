#!/usr/bin/env python3
"""Checks a proof of one Sheaf record against a school's id, without Sheaf: see proof.md.

pip install blake3 lz4 pynacl; python3 check_proof.py FILE SCHOOL_ID
"""
import base64, hashlib, json, sys
from datetime import datetime, timedelta
from io import BytesIO
from types import SimpleNamespace
from blake3 import blake3
from lz4.block import decompress
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as decrypt
from nacl.signing import VerifyKey

school, logs, person_of, role_of, members, known = sys.argv[2].lower(), {}, {}, {}, set(), set()
unbase = lambda text: base64.b64decode(text, validate=True)

def check(holds, what):
    if not holds:
        sys.exit(f"the proof does not hold: {what}")

def derive(context, data, size=32):
    return blake3(data, derive_key_context=context).digest(size)

def read_header(data):
    r = BytesIO(data)
    number = lambda size: int.from_bytes(r.read(size), "big")
    many = lambda read: [read() for _ in range(number(2))]
    check(number(1) == 1, "a header is of another version: get a newer script")
    its_school, space, part, log, _ = r.read(32), r.read(16), number(1), r.read(32), r.read(40)
    heads, _ = many(lambda: r.read(32)) + many(lambda: r.read(32)), r.read(16)
    time = datetime(1970, 1, 1) + timedelta(milliseconds=number(8))
    acts = many(lambda: (number(1), r.read(number(4))))
    prefix, table = data[:r.tell()], many(lambda: (r.read(16), number(4), r.read(32)))
    check(r.tell() == len(data), "a header does not end where it should")
    return SimpleNamespace(id=derive("sheaf/1/entry", data), **locals())

def admit(certificate, role=None):  # person, device, X25519, endpoint, two signatures
    person, device, claim = certificate[:16], certificate[16:48], certificate[:112]
    VerifyKey(device).verify(b"sheaf/1/cert\0" + claim, certificate[112:176])
    VerifyKey(certificate[80:112]).verify(b"sheaf/1/cert\0" + claim, certificate[176:240])
    first = person == derive("sheaf/1/person", device, 16) and person not in role_of
    check(device not in person_of and (person in role_of if role is None else first), "an admission")
    person_of[device], role_of[person] = person, role_of.get(person, role)
    logs.update({derive("sheaf/1/log", device + bytes([n])): device for n in range(64)})

def read_signed(entry):
    header = read_header(unbase(entry["header"]))
    if not known:  # the founding, which admits its own author as head (6)
        check(header.id.hex() == school and header.acts[0][0] == 1, "it is of another school")
        admit(header.acts[0][1][32:272], 6)
    check(header.its_school.hex() == school or not known, "an entry is of another school")
    check(header.log in logs and known.issuperset(header.heads), "an entry names what is not here")
    device = logs[header.log]
    VerifyKey(device).verify(b"sheaf/1/entry\0" + header.data, unbase(entry["signature"]))
    return header, device, person_of[device]

def obey(header, device, person):  # roles: 2 mentor, 3 lead and above; who left is not weighed
    for tag, act in header.acts:
        if tag not in (2, 3, 4, 9, 10) or role_of[person] < 3: continue  # nothing, or no right to
        if tag == 2: admit(act[1:], act[0])
        if tag == 3: admit(act)
        if tag == 4: role_of[act[:16]] = max(role_of[act[:16]], act[16])
        if tag == 9:
            creation = header.its_school + device + act[16:17] + act[:16]
            check(derive("sheaf/1/space", creation, 16) == header.space, "the creation of a space")
            members.add((header.space, person))
        if tag == 10 and (header.space, person) in members: members.add((header.space, act))

def open_section(change, header, record):
    index, sealed = change["section"], unbase(change["sealed"])
    row = (record, len(sealed), derive("sheaf/1/section-hash", sealed))
    check(header.table[index] == row, "a section is not the one that was signed")
    context = header.prefix + index.to_bytes(4, "big") + record
    plain = decrypt(sealed[24:], context, sealed[:24], unbase(change["key"]))
    size, block = (int.from_bytes(plain[at:at + 4], "big") for at in (16, 20))
    changes = decompress(plain[24:24 + block], uncompressed_size=min(size, 4 << 20))
    r, author = BytesIO(changes), derive("sheaf/actor/1", header.log + plain[:16], 16)
    varint = lambda byte: byte[0] & 127 | (varint(r.read(1)) << 7 if byte[0] & 128 else 0)
    while r.tell() < size:  # each change: magic, checksum, type 1, length, dependencies, author …
        magic, checksum, start, _ = r.read(4), r.read(4), r.tell(), r.read(1)
        end = varint(r.read(1)) + r.tell()
        _, its_author = r.read(32 * varint(r.read(1))), r.read(varint(r.read(1)))
        digest = hashlib.sha256(changes[start:end]).digest()
        check(magic == b"\x85oJ\x83" and digest[:4] == checksum, "a change is damaged")
        check(its_author == author, "a change is by another author")
        r.seek(end)
    return changes

proof = json.load(open(sys.argv[1], encoding="utf-8"))
check(proof["sheaf_proof"] == 1, "it is of another version: get a newer script")
record, space = bytes.fromhex(proof["record"]), bytes.fromhex(proof["space"])
for entry in proof["control"]:
    header, device, person = read_signed(entry)
    obey(header, device, person)
    known.add(header.id)
print(f"{proof['kind']} {proof['record']} of school {school}")
for change in proof["changes"]:
    header, device, person = read_signed(change)
    allowed = (space, person) in members and role_of[person] >= 2
    check(header.space == space and header.part == 1 and allowed, "a change was not allowed")
    words = open_section(change, header, record)
    print(f"\n{header.time:%Y-%m-%d %H:%M:%S} UTC, as its author's clock said\n  person {person.hex()}"
          f"\n  device {device.hex()}\n  entry {header.id.hex()}, signature valid")
    for said in change["says"]:
        is_text = isinstance(said["value"], str)
        check(not is_text or said["value"].encode() in words, f"{said['field']} is not in it")
        found = "these words were signed" if is_text else "as the file says, not checked here"
        print(f"  {said['field']}: {said['value']} ({found})")
print("\nThe proof holds")
