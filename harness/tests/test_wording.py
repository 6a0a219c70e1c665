"""What no file may hold: a path of one machine, a registry's host, a sentence of the specification, a sleep, a promise.

Sentences are known by their digests (fixtures/statements.json): each sentence of ours that has a key word is normalised
as the import does it, and looked up.
"""
import functools
import json
import re

import import_revision
import programs
import pytest
import tree

# Written so that this file does not hold what it looks for.
MACHINE = re.compile(r"(?<![\w.:/])/(?:work|farm|root)/\w")
HOSTS = re.compile(
    r"registry\.npmjs\.org|\bpypi\.org|pythonhosted\.org|\bdeb\.debian\.org|\barchive\.ubuntu\.com|\bcrates\.io|"
    r"proxy\.golang\.org|repo\.maven|repo1\.maven|\brubygems\.org|api\.nuget\.org", re.I)
SLEEP = re.compile(r"\bsleep_(?:for|until)\s*\(|\btime\.sleep\s*\(|\basyncio\.sleep\s*\(|\bu?sleep\s*\(|^\s*sleep\s+[\d.$]", re.M)
PROMISE = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b|not implemented" r" yet|\bstub" r"bed\b")
KEYWORD = re.compile(r"\b(?:MUST|SHOULD|MAY|REQUIRED|SHALL|RECOMMENDED|OPTIONAL)\b")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
BREAK = re.compile(r"(?<=[.:;!?])\s+|\n\s*\n|\n\s*(?:[-*|+]|\d+[.)])\s+|\s*\|\s*")
COMMENT_LINE = re.compile(r"^[ \t]*(?://+|#+|/?\*+)[ \t!<]*(.*)$")
TRAILING = re.compile(r"(?://+|#)[ \t!<]*(.*)$")
# A lock file has version numbers and digests of others, and nothing that we wrote.
NOT_OURS = {"harness/package-lock.json"}


@functools.cache
def known():
    """(digests of the official statements, revisions)."""
    statements = json.loads((programs.ROOT / "fixtures/statements.json").read_text("utf-8"))["statements"]
    revisions = [entry["revision"] for entry in json.loads((programs.ROOT / "fixtures/revisions.json").read_text("utf-8"))]
    return {entry["digest"] for entry in statements}, revisions


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def matches(path, text, pattern, message):
    if found := pattern.search(text):
        yield f"{path}:{line_of(text, found.start())}: {message}: {found.group().strip()}"


def machine_paths(path, text):
    yield from matches(path, text, MACHINE, "a path of one machine")


def hosts(path, text):
    yield from matches(path, text, HOSTS, "a registry's host; name the package, its client knows where")


def sleeps(path, text):
    if path.suffix in tree.CPP | {".py", ".sh", ".js", ""}:
        yield from matches(path, text, SLEEP, "a sleep; wait for what you wait for")


def promises(path, text):
    if path.suffix != ".json":
        yield from matches(path, text, PROMISE, "a promise instead of the thing")


def comments(text):
    """What whole-line and trailing comments say, each block a paragraph; code becomes the space between them."""
    out = []
    for line in text.splitlines():
        whole = COMMENT_LINE.match(line)
        trailing = None if whole else TRAILING.search(line)
        out.append(whole.group(1) if whole else f"\n\n{trailing.group(1)}\n" if trailing else "\n")
    return "\n".join(out)


def pieces(path, text):
    """The sentences of a file: JSON and code by their strings, code by its comments too, prose as it is."""
    if path.suffix == ".json":
        texts = STRING.findall(text)
    elif path.suffix in tree.CPP | {".py"}:
        texts = [comments(text), *STRING.findall(text)]
    else:
        texts = [text]
    return [piece for whole in texts for piece in {whole, *BREAK.split(whole)}]


def copied(path, text):
    """Sentences of the specification, whatever their case, punctuation and line breaks."""
    if not KEYWORD.search(text):
        return
    digests, revisions = known()
    for piece in pieces(path, text):
        if not KEYWORD.search(piece) or len(piece) > 800:
            continue
        sentence = import_revision.plain(piece)
        for revision in ("", *revisions):
            if (digest := import_revision.digest(sentence, revision)) in digests:
                yield f"{path}: says in the specification's own words what has the digest {digest}: say it in ours"
                break


RULES = [machine_paths, hosts, sleeps, promises, copied]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_tree(rule):
    ours = [path for path in tree.files(tree.TEXT) if str(path) not in NOT_OURS]
    assert len(ours) > 20
    found = [line for path in ours for line in rule(path, tree.text(path))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("rule, name, text", [
    (machine_paths, "a.md", "see /wo" "rk/main/README.md"),
    (machine_paths, "a.json", '{"command": "/ro' 'ot/bin/x"}'),
    (hosts, "a.json", '"resolved": "https://registry.npm' 'js.org/x"'),
    (hosts, "setup", "pip install --index-url https://pyp" "i.org/simple"),
    (sleeps, "a.cpp", "std::this_thread::sleep_" "for(1s);"),
    (sleeps, "a.py", "import time\ntime.sle" "ep (1)"),
    (sleeps, "run", "start &\n  sle" "ep 1\n"),
    (promises, "a.md", "This is not implemented" " yet."),
    (promises, "a.cpp", "int x; // TO" "DO later"),
])
def test_a_bad_example_is_seen(rule, name, text):
    assert len(list(rule(tree.pathlib.Path(name), f"first line\n{text}\n"))) == 1


@pytest.mark.parametrize("rule, text", [
    (machine_paths, "https://example.org/wo" "rk/x and /params/ro" "ot/x"),
    (hosts, "the npm registry"),
    (sleeps, "asleep(x); no_sleeping();"),
    (promises, "todos"),
])
def test_a_good_example_is_not_reported(rule, text):
    assert not list(rule(tree.pathlib.Path("a.py"), text))


@pytest.mark.parametrize("name, text", [
    ("a.md", "Some words before. {0}\n\nAnd after."),
    ("a.md", "- one\n- {0}\n- three\n"),
    ("a.cpp", "int x; // nothing\n// {0}\nint y;"),
    ("a.hpp", 'auto why = "{0}";'),
    ("a.json", '{{"says": "{0}"}}'),
    ("a.py", '"""\n{0}\n"""'),
])
def test_a_copied_sentence_is_seen(monkeypatch, name, text):
    """With a sentence of our own as the official one: none of the real ones may be written here."""
    official = "Teapots MUST answer in `short` and stout sentences"
    digest = import_revision.digest(import_revision.plain(official), "")
    monkeypatch.setitem(globals(), "known", lambda: ({digest}, []))
    path = tree.pathlib.Path(name)
    assert list(copied(path, text.format(official + ".")))
    assert list(copied(path, text.format(official.replace("MUST", "**MUST**").replace(" and ", "  and ") + ".")))
    assert not list(copied(path, text.format("Teapots MUST be silent.")))
