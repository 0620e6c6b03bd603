"""Changes a proof in many places and holds each against docs/check_proof.py, which has to refuse it.

python3 forge_proofs.py FILE SCHOOL_ID
"""
import base64, copy, json, subprocess, sys, tempfile

proof, school = json.load(open(sys.argv[1], encoding="utf-8")), sys.argv[2]


def flip(part, name, at):
    data = bytearray(base64.b64decode(part[name]))
    data[at] ^= 1
    part[name] = base64.b64encode(data).decode()


def forgeries():
    yield "another school", lambda p: None, "0" * 64
    for number in range(len(proof["control"])):
        for name, at in (("header", 60), ("header", -1), ("signature", 5)):
            yield f"control {number} {name}", lambda p: flip(p["control"][number], name, at), school
        yield f"control {number} left out", lambda p: p["control"].pop(number), school
    for number in range(len(proof["changes"])):
        for name, at in (("header", 100), ("signature", 5), ("sealed", 30), ("key", 0)):
            yield f"change {number} {name}", lambda p: flip(p["changes"][number], name, at), school
        says = lambda p: p["changes"][number]["says"][0].update(value="what nobody wrote")
        yield f"change {number} says", says, school
        yield f"change {number} section", lambda p: p["changes"][number].update(section=1), school
    yield "another record", lambda p: p.update(record="00" * 16), school
    yield "another space", lambda p: p.update(space="00" * 16), school
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
