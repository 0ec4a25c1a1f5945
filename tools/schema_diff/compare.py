#!/usr/bin/env python3
"""Compares our message tables with Kafka's JSON definitions.

    leat_schema_diff tables | compare.py JAR...

The jars hold common/message/*.json: kafka-clients for the requests and responses of the broker,
kafka-group-coordinator and kafka-transaction-coordinator for records. For each message and each
version: the same fields in the same order, with the same type, nullability, tag, ignorable flag and
default. Prints a line per difference and exits 1 when there is one; MISSING is a message or
version that Kafka has and we do not.
"""
import json
import re
import sys
import zipfile

MAX_VERSION = 32767
DATA = {"ConsumerProtocolSubscription", "ConsumerProtocolAssignment", "EndTxnMarker",
        "ControlRecordTypeSchema"}


def definitions(jar):
    with zipfile.ZipFile(jar) as archive:
        for entry in archive.namelist():
            if re.fullmatch(r"common/message/\w+\.json", entry):
                text = archive.read(entry).decode()
                yield json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.M))


def versions(text):
    """[first, last]; empty when first > last."""
    if text is None or text == "none":
        return [0, -1]
    if text.endswith("+"):
        return [int(text[:-1]), MAX_VERSION]
    first, _, last = text.partition("-")
    return [int(first), int(last or first)]


def default_of(field, type_name):
    """Kafka's default as JSON. An absent default and a JSON null both mean the zero of the type."""
    text = field.get("default")
    if text == "null" or type_name == "records":
        return None
    if type_name.startswith("[]"):
        return []
    if type_name == "struct":
        return {}
    if type_name in ("string", "bytes"):
        return text or ""
    if type_name == "uuid":
        return "A" * 22
    if type_name == "bool":
        return str(text).lower() == "true"
    if type_name == "float64":
        return float(text or 0)
    return int(str(text or 0), 0)


def from_kafka(fields, common):
    out = []
    for field in fields:
        is_array = field["type"].startswith("[]")
        element = field["type"].removeprefix("[]")
        is_struct = element[0].isupper()
        type_name = ("[]" if is_array else "") + ("struct" if is_struct else element)
        row = {"name": field["name"], "type": type_name,
               "present": versions(field.get("versions") or field.get("taggedVersions")),
               "nullable": versions(field.get("nullableVersions")), "tag": field.get("tag", -1),
               "tagged": versions(field.get("taggedVersions")),
               "ignorable": field.get("ignorable") in (True, "true"),
               "default": default_of(field, type_name)}
        if is_struct:
            row["fields"] = from_kafka(field.get("fields") or common[element], common)
        out.append(row)
    return out


def within(version, pair):
    return pair[0] <= version <= pair[1]


def rows(fields, version, path=""):
    """What `version` has on the wire: {path: description}, in order."""
    out = {}
    for field in fields:
        if not within(version, field["present"]):
            continue
        name = path + field["name"]
        tagged = field["tag"] >= 0 and within(version, field.get("tagged", field["present"]))
        # Tags are ordered by themselves; everything else by its place.
        out[name] = (field["type"], "nullable" if within(version, field["nullable"]) else "",
                     f"tag {field['tag']}" if tagged else f"place {len(out)}",
                     f"default {field['default']!r}")
        out.update(rows(field.get("fields", []), version, name + "."))
    return out


def flags(fields, valid, path=""):
    """The ignorable flag of each field that some valid version has and another has not."""
    out = {}
    for field in fields:
        reach = [max(valid[0], field["present"][0]), min(valid[1], field["present"][1])]
        if reach[0] > reach[1]:
            continue
        name = path + field["name"]
        if reach != valid:
            out[name] = field["ignorable"]
        out.update(flags(field.get("fields", []), reach, name + "."))
    return out


def compare(name, ours, theirs):
    """Yields the differences of two {path: description}."""
    for path in dict.fromkeys([*theirs, *ours]):
        if path not in ours:
            yield f"{name}: MISSING {path}: {theirs[path]}"
        elif path not in theirs:
            yield f"{name}: {path} is not Kafka's"
        elif ours[path] != theirs[path]:
            yield f"{name}: {path}: ours {ours[path]}, Kafka's {theirs[path]}"


def differences(ours, definition, unstable):
    name = definition["name"]
    valid = versions(definition["validVersions"])
    if unstable:
        valid[1] -= 1
    if ours["valid"] != valid:
        yield f"{name}: versions {ours['valid']}, Kafka's {valid}"
    if ours["key"] != definition.get("apiKey", -1):
        yield f"{name}: key {ours['key']}, Kafka's {definition.get('apiKey')}"
    flexible = versions(definition["flexibleVersions"])
    common = {c["name"]: c["fields"] for c in definition.get("commonStructs", [])}
    fields = from_kafka(definition["fields"], common)
    for version in range(valid[0], valid[1] + 1):
        label = f"{name} v{version}"
        if (version >= ours["firstFlexible"]) != within(version, flexible):
            yield f"{label}: flexible differs"
        yield from compare(label, rows(ours["fields"], version), rows(fields, version))
    yield from compare(name + " ignorable", flags(ours["fields"], valid), flags(fields, valid))


def wanted(definition):
    """The broker's listener carries it, or it is a record of an internal topic."""
    if definition.get("validVersions") == "none":
        return False
    kind = definition["type"]
    if kind == "request":
        return "broker" in definition.get("listeners", [])
    return kind.startswith("coordinator-") or definition["name"] in DATA


def main():
    ours = {m["name"]: m for m in json.load(sys.stdin)}
    theirs = {d["name"]: d for jar in sys.argv[1:] for d in definitions(jar)}
    chosen = [n for n, d in theirs.items() if wanted(d)]
    chosen += [n.removesuffix("Request") + "Response" for n in chosen if n.endswith("Request")]
    problems = [f"MISSING {n}" for n in chosen if n not in ours]
    problems += [f"{n} is not Kafka's" for n in ours if n not in chosen]
    compared = [n for n in chosen if n in ours]
    for name in compared:
        # Only the request says that the newest version is not to be served yet.
        request = theirs.get(name.removesuffix("Response") + "Request", theirs[name])
        unstable = request.get("latestVersionUnstable", False)
        problems += differences(ours[name], theirs[name], unstable)
    print(*problems, f"{len(compared)} messages, {len(problems)} differences", sep="\n")
    return 1 if problems or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
