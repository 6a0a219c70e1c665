#!/usr/bin/env python3
"""Write fixtures/statements.json: where the specification's normative statements are, as facts and without their text.

    import_revision.py CHECKOUT --extension tasks=CHECKOUT    CHECKOUT: of the specification's repository; of the extension's
    import_revision.py ... --show DIGEST...                   print these statements, for those who write requirements

A checkout that git knows nothing of says which commit it is: CHECKOUT@COMMIT. An extension has a repository of its own;
its page is accounted for as `extensions/<name>` of each revision that names it.

A statement is a sentence with a key word of RFC 2119 in capitals, in the prose of a page: not in code, tags, comments,
front matter, or the paragraph that introduces the key words. Its digest is the first eight hex digits of the SHA-1 of
the sentence, normalised, so that the same sentence has one digest in all revisions and a changed one shows as drift.
The revisions read are those of fixtures/revisions.json.
"""

import argparse
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import unicodedata

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures"
SOURCE = "modelcontextprotocol/modelcontextprotocol"
EXTENSION_SOURCE = "modelcontextprotocol/ext-{0}"  # where its page is specification/draft/{0}.md
SKIPPED_PAGES = {"changelog", "schema"}  # a history, and a page generated from the types

KEYWORD = re.compile(
    r"(?<![A-Za-z0-9_])"
    r"(MUST NOT|SHALL NOT|SHOULD NOT|NOT RECOMMENDED|MUST|REQUIRED|SHALL|SHOULD|RECOMMENDED|MAY|OPTIONAL)"
    r"(?![A-Za-z0-9_])"
)
LEVEL = {
    "MUST": "MUST",
    "REQUIRED": "MUST",
    "SHALL": "MUST",
    "SHOULD": "SHOULD",
    "RECOMMENDED": "SHOULD",
    "MAY": "MAY",
    "OPTIONAL": "MAY",
}

# Components and elements that the pages use; anything else in angle brackets is text, such as a placeholder.
TAGS = (
    "Note|Warning|Info|Tip|Check|Card|CardGroup|Columns|Steps|Step|Tabs|Tab|Frame|Accordion|AccordionGroup|Icon|"
    "CodeGroup|div|span|br|sup|sub|b|i|em|strong|a|p|img|details|summary|Panel|Update|Badge|Tooltip"
)
TAG = re.compile(rf"</?(?:{TAGS})(?:\s[^<>]*)?/?>")
UNCLOSED_TAG = re.compile(rf"<(?:{TAGS})\s[^<>]*$")
FENCE = re.compile(r"^(?P<indent>[ \t>]*)(?P<fence>`{3,}|~{3,})(?P<info>.*)$")
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
ITEM = re.compile(r"^[ \t]*(?P<marker>[-*+]|\d{1,3}[.)])[ \t]+(?P<text>.*)$")
LINK_DEFINITION = re.compile(r"^\s{0,3}\[[^\]]+\]:\s+\S+")
TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
KEYWORDS_PARAGRAPH = re.compile(r'^The key words "?MUST"?', re.I)
ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf|resp|incl|approx|Sec|No|Fig)|\b[A-Z])\.$")
CODE = "\x00"  # marks a line of a code block, followed by its indentation


def plain(text):
    """Inline Markdown as plain text; inline code stays, links become their text."""
    text = re.sub(r"!\[([^\]]*)\]\([^)]*\)", "", text)
    for _ in range(2):  # a link's text may hold brackets of its own
        text = re.sub(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?:[^()]|\([^)]*\))*\)", r"\1", text)
    text = re.sub(r"\[([^\[\]]+)\]\[[^\]]*\]", r"\1", text)
    text = TAG.sub("", text).replace("\\_", "_").replace("\\*", "*")
    text = text.replace("&mdash;", "—").replace("&nbsp;", " ").replace("&amp;", "&")
    text = re.sub(r"\*\*|__(?=\S)|(?<=\S)__", "", text)
    text = re.sub(r"(?<![A-Za-z0-9])[_*](?=\S)([^_*\n]+?)(?<=\S)[_*](?![A-Za-z0-9])", r"\1", text)
    return re.sub(r"\s+", " ", text).strip()


def without_code(text):
    """The text in the same length with inline code blanked, so that no key word is found in it."""
    return re.sub(r"`[^`]*`", lambda code: "`" + "." * (len(code.group(0)) - 2) + "`", text)


def sentences(text):
    """Plain text cut into sentences."""
    masked, found, start = without_code(text), [], 0
    for end in re.finditer(r"[.!?][\"')\]]*\s+(?=[\"'(`\[]*[A-Z0-9`_])", masked):
        head = masked[start : end.start() + 1]
        titled = re.search(r"\bSection\s+\d+\.$", head) and text[end.end() : end.end() + 1] in "\"'"
        if ABBREVIATION.search(head) or titled:
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    return [*found, text[start:].strip()] if text[start:].strip() else found


def normalise(text, revision):
    """The form that is hashed: case folded but for key words, punctuation and the revision's own date unified."""
    text = unicodedata.normalize("NFKC", text)
    text = text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    text = re.sub(r"\s*[—–]\s*", " - ", text).replace(revision or "\x00", "REV").replace("`", "")
    parts = KEYWORD.split(text)
    text = "".join(part if i % 2 else part.casefold() for i, part in enumerate(parts))
    return re.sub(r"\s+", " ", text).strip().rstrip(" .:;,")


def digest(text, revision):
    """The digest of a statement."""
    return hashlib.sha1(normalise(text, revision).encode("utf-8")).hexdigest()[:8]


def anchor_of(heading, used):
    """The anchor that the site gives to a heading; `used` counts those that came before on the page."""
    text = plain(heading).replace("`", "").strip().lower()
    text = "".join(c for c in text if c.isalnum() or c in " -_").replace(" ", "-")
    used[text] = used.get(text, -1) + 1
    return f"{text}-{used[text]}" if used[text] else text


class Block:
    """A paragraph, list item, table row or code block of a page; an item's children are the blocks inside it."""

    def __init__(self, kind, indent=0, text=""):
        self.kind, self.indent, self.text, self.children = kind, indent, text, []


def prose_lines(source):
    """The lines of a page with everything blanked that is not prose."""
    lines, out, i = source.split("\n"), [], 0
    if lines[0].strip() == "---":
        i = next((n for n in range(1, len(lines)) if lines[n].strip() == "---"), 0) + 1
    fence, comment = None, False
    while i < len(lines):
        line, i = lines[i], i + 1
        mark = FENCE.match(line)
        if fence:
            closes = mark and mark["fence"][0] == fence[0] and len(mark["fence"]) >= len(fence)
            if closes and not mark["info"].strip():
                fence = None
            out.append(f"{CODE}{depth}")
        elif comment:
            comment = not ("-->" in line or "*/}" in line)
            out.append("")
        elif mark:
            fence, depth = mark["fence"], len(mark["indent"])
            out.append(f"{CODE}{depth}")
        elif line.lstrip().startswith(("<!--", "{/*")):
            comment = not ("-->" in line or "*/}" in line)
            out.append("")
        elif LINK_DEFINITION.match(line) or line.lstrip().startswith(":::"):  # the edge of a box
            out.append("")
        elif UNCLOSED_TAG.search(line):
            out.append(UNCLOSED_TAG.sub("", line))
            while i < len(lines) and ">" not in lines[i]:
                i += 1
            if i < len(lines):
                out.append(lines[i].split(">", 1)[1])
                i += 1
        else:  # a tag alone on its line separates paragraphs
            out.append(TAG.sub("", line) if TAG.sub("", line).strip() else "")
    return out


def sections_of(source):
    """A page as (heading, blocks) in reading order; the text before the first heading has the heading ""."""
    sections, items, paragraph, table = [("", [])], [], None, False

    def inside():
        return items[-1].children if items else sections[-1][1]

    for raw in prose_lines(source):
        line = raw.rstrip()
        if line.startswith(CODE):
            paragraph, table = None, False
            while items and int(line[1:]) <= items[-1].indent:  # a fence at the margin ends the list
                items.pop()
            if not inside() or inside()[-1].kind != "code":
                inside().append(Block("code"))
            continue
        quote = re.match(r"^\s{0,3}>\s?", line)
        line = line[quote.end() :] if quote else line
        if not line.strip():
            paragraph, table = None, False
            continue
        indent = len(line) - len(line.lstrip(" \t"))
        heading = HEADING.match(line.strip()) if indent < 4 and not quote else None
        if heading:
            paragraph, items = None, []
            sections.append((heading.group(2), []))
            continue
        if TABLE_RULE.match(line) and "|" in line:
            table = True
            continue
        item = ITEM.match(line)
        wrapped = item and paragraph and not items and re.match(r"[02-9]", item["marker"])
        if item and not wrapped:
            while items and indent <= items[-1].indent:
                items.pop()
            block, paragraph = Block("item", indent), Block("paragraph", indent, item["text"])
            inside().append(block)
            items.append(block)
            block.children.append(paragraph)
        elif line.lstrip().startswith("|") or (table and "|" in line):
            paragraph = None
            cells = (cell.strip() for cell in line.strip().strip("|").split(" |"))
            inside().append(Block("row", indent, " | ".join(cells)))
        else:
            if paragraph is None:
                while items and indent <= items[-1].indent:
                    items.pop()
                paragraph = Block("paragraph", indent)
                inside().append(paragraph)
            paragraph.text = f"{paragraph.text} {line.strip()}".strip()
    return sections


def bullets(blocks):
    """The leading texts of a list's items, nested ones included."""
    found = []
    for block in blocks:
        if block.kind == "item":
            found.append(next((plain(child.text) for child in block.children if child.kind == "paragraph"), ""))
            found += bullets(block.children)
    return found


def has_no_subject(sentence):
    """Whether nothing but a condition stands before the key word, so that the list's introduction is the subject."""
    head = sentence[: KEYWORD.search(without_code(sentence)).start()].strip()
    return not head or bool(re.match(r"^(?:If|Unless|When|Where)\b[^,]{0,80},$", head))


def statements_of(blocks, introduction="", item=False):
    """Yields (key words, statement) for each normative sentence; `introduction` opens the list that `blocks` are in."""
    for i, block in enumerate(blocks):
        if block.kind == "paragraph":
            text = plain(block.text)
            parts = [] if KEYWORDS_PARAGRAPH.match(text) else sentences(text)
            for part in parts:
                words = [m.group(1) for m in KEYWORD.finditer(without_code(part))]
                if not words:
                    continue
                listed = []
                if part is parts[-1] and part.endswith(":"):
                    for follower in blocks[i + 1 :]:
                        if follower.kind != "item":
                            break
                        listed.append(follower)
                statement = f"{part} {' • '.join(bullets(listed))}" if listed else part
                opened = introduction and not (listed and introduction == part)
                yield words, f"{introduction} {statement}" if opened and has_no_subject(part) else statement
        elif block.kind == "row":
            words = [m.group(1) for m in KEYWORD.finditer(without_code(plain(block.text)))]
            if words:
                opened = introduction and has_no_subject(plain(block.text))
                yield words, f"{introduction} {plain(block.text)}" if opened else plain(block.text)
        elif block.kind == "item":
            before = next((b for b in reversed(blocks[:i]) if b.kind != "item"), None)
            opening = before and before.kind == "paragraph" and opening_clause(plain(before.text), item)
            yield from statements_of(block.children, opening or introduction, item=True)


def opening_clause(text, item):
    """The clause of a paragraph that opens the list after it, if one does; `item`: the list is inside an item."""
    parts = sentences(text)
    if parts and parts[-1].endswith(":"):
        return parts[-1]
    if item and parts and len(parts[0]) < 80:
        return parts[0].rstrip(".") + ":"
    return parts[-1] if not item and parts and len(parts[-1]) < 60 else None


def page_statements(path, revision, page):
    """Yields (record, statement) for each key word of a page."""
    used = {}
    for heading, blocks in sections_of(path.read_text("utf-8")):
        anchor, ordinal = anchor_of(heading, used) if heading else "", 0
        for words, statement in statements_of(blocks):
            for word in words:
                ordinal += 1
                yield {
                    "digest": digest(statement, revision),
                    "revision": revision,
                    "page": page,
                    "anchor": anchor,
                    "ordinal": ordinal,
                    "keyword": word,
                    "level": LEVEL[word.replace(" NOT", "").replace("NOT ", "")],
                }, statement


class Checkout:
    """A working tree of a repository, and the commit it is of: "PATH" or "PATH@COMMIT"."""

    def __init__(self, repository, text):
        path, _, commit = text.partition("@")
        self.repository, self.path, self.given = repository, pathlib.Path(path), commit

    def commit(self):
        head = ["git", "-C", self.path, "rev-parse", "HEAD"]
        commit = self.given or subprocess.run(head, capture_output=True, text=True).stdout.strip()
        return commit or sys.exit(f"import_revision.py: {self.path} does not say which commit it is: {self.path}@COMMIT")

    def below(self, *parts):
        path = self.path.joinpath(*parts)
        return path if path.exists() else sys.exit(
            f"import_revision.py: {path} is not there: is {self.path} a checkout of {self.repository}?"
        )


def all_statements(checkout, extensions):
    """Yields (record, statement) for each key word of every revision that the project knows."""
    for revision in json.loads((FIXTURES / "revisions.json").read_text("utf-8")):
        root = checkout.below("docs", "specification", revision["revision"])
        pages = {path.relative_to(root).with_suffix("").as_posix(): path for path in root.rglob("*.mdx")}
        for name in revision.get("extensions", []):
            if name not in extensions:
                sys.exit(f"import_revision.py: {revision['revision']} has the extension {name}: name a checkout of it")
            pages[f"extensions/{name}"] = extensions[name].below("specification", "draft", f"{name}.md")
        for page in sorted(pages.keys() - SKIPPED_PAGES):
            yield from page_statements(pages[page], revision["revision"], page)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("checkout")
    options.add_argument("--extension", action="append", default=[], metavar="NAME=CHECKOUT")
    options.add_argument("--output", type=pathlib.Path, default=FIXTURES / "statements.json")
    options.add_argument("--show", nargs="+", metavar="DIGEST")
    chosen = options.parse_args()
    checkout = Checkout(SOURCE, chosen.checkout)
    named = (given.partition("=") for given in chosen.extension)
    extensions = {name: Checkout(EXTENSION_SOURCE.format(name), path) for name, _, path in named}
    found = list(all_statements(checkout, extensions))
    if chosen.show:
        for record, statement in found:
            if record["digest"] in chosen.show:
                print(f"{record['digest']} {record['revision']}/{record['page']}#{record['anchor']}\n    {statement}")
        return
    sources = {each.repository: each.commit() for each in (checkout, *extensions.values())}
    rows = ",\n".join("  " + json.dumps(record, ensure_ascii=False) for record, _ in found)
    chosen.output.write_text(f'{{ "sources": {json.dumps(sources)}, "statements": [\n{rows}\n] }}\n', "utf-8")
    print(f"{len(found)} statements, {len({record['digest'] for record, _ in found})} distinct: {chosen.output}")


if __name__ == "__main__":
    main()
