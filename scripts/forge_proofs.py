"""Changes a proof in many places. docs/check_proof.py has to refuse every one of them.

python3 forge_proofs.py FILE SCHOOL_ID
"""
import base64, copy, json, subprocess, sys, tempfile

from lz4.block import compress
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypt
from nacl.signing import SigningKey

proof, school = json.load(open(sys.argv[1], encoding="utf-8")), sys.argv[2]


def flip(part, name, at):
    data = bytearray(base64.b64decode(part[name]))
    data[at] ^= 1
    part[name] = base64.b64encode(data).decode()


stranger = SigningKey(bytes(32))
key = bytes(stranger.verify_key)


def sign(part):
    header = base64.b64decode(part["header"])
    signature = stranger.sign(b"sheaf/1/entry\0" + header).signature
    part.update(signer=key.hex(), signature=base64.b64encode(signature).decode())


def says_of_themselves(tag, act, space=bytes(16)):
    """A control entry by the stranger, with nothing around the one act."""
    act = bytes([tag]) + len(act).to_bytes(4, "big") + act
    place = bytes.fromhex(school) + space + bytes(1 + 32 + 8 + 32 + 2 + 2 + 16 + 8)
    part = {"header": base64.b64encode(b"\1" + place + b"\0\1" + act + bytes(2)).decode()}
    sign(part)
    return part


def admit_themselves(p):
    """The stranger says that they are a head and in the space, and signs all the changes."""
    person, space = bytes(16), bytes.fromhex(p["space"])
    certificate = person + key + bytes(240 - 48)
    p["control"] += [
        says_of_themselves(1, bytes(32) + certificate + bytes(64)),
        says_of_themselves(2, b"\6" + certificate),
        says_of_themselves(10, person, space),
    ]
    for part in p["changes"]:
        sign(part)


def seal_anew(p, part):
    """Other words under the key that the file gives away."""
    words = b"what nobody wrote"
    header, index, count = base64.b64decode(part["header"]), part["section"], 1
    while header[-2 - 52 * count:-52 * count] != count.to_bytes(2, "big"):
        count += 1
    context = header[:-2 - 52 * count] + index.to_bytes(4, "big") + bytes.fromhex(p["record"])
    block = compress(words, store_size=False)
    plain = bytes(16) + len(words).to_bytes(4, "big") + len(block).to_bytes(4, "big") + block
    nonce = bytes(24)
    sealed = nonce + encrypt(plain, context, nonce, base64.b64decode(part["key"]))
    says = [{"field": "narrative", "value": words.decode()}]
    part.update(sealed=base64.b64encode(sealed).decode(), says=says)


def forgeries():
    yield "another school", lambda p: None, "0" * 64
    yield "without the founding", lambda p: p["control"].pop(0), school
    yield "the founding alone", lambda p: p.update(control=p["control"][:1]), school
    yield "a stranger who admits themselves", admit_themselves, school
    for number in range(len(proof["control"])):
        for name, at in (("header", 60), ("header", -1), ("signature", 5)):
            yield f"control {number} {name}", lambda p: flip(p["control"][number], name, at), school
        signer = lambda p: p["control"][number].update(signer=key.hex())
        yield f"control {number} signer", signer, school
    for number in range(len(proof["changes"])):
        for name, at in (("header", 100), ("signature", 5), ("sealed", 30), ("key", 0)):
            yield f"change {number} {name}", lambda p: flip(p["changes"][number], name, at), school
        says = lambda p: p["changes"][number]["says"][0].update(value="what nobody wrote")
        anew = lambda p: seal_anew(p, p["changes"][number])
        yield f"change {number} sealed anew", anew, school
        yield f"change {number} says", says, school
        yield f"change {number} by a stranger", lambda p: sign(p["changes"][number]), school
    yield "another record", lambda p: p.update(record="00" * 16), school
    yield "a newer version", lambda p: p.update(sheaf_proof=2), school


count = 0
for what, change, against in forgeries():
    forged = copy.deepcopy(proof)
    change(forged)
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(forged, file)
        file.flush()
        command = [sys.executable, "docs/check_proof.py", file.name, against]
        ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode == 0 or "The proof holds" in ran.stdout:
        sys.exit(f"a forged proof passed: {what}")
    count += 1
print(f"{count} forged proofs were refused")
