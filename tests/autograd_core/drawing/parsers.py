"""Strict readers of the two languages that are written: whatever else they meet is an error."""

import html
import re

TOKEN = re.compile(
    r"\s*(?:(?P<id>[A-Za-z_][A-Za-z0-9_]*|-?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?))"
    r'|"(?P<text>(?:[^"\\]|\\.)*)"|(?P<mark>->|[\[\]{}=:]))',
    re.DOTALL,
)


# --- DOT ------------------------------------------------------------------------------------------
class Dot:
    """A digraph as it was written: defaults, boxes, arrows, frames; labels still escaped."""

    def __init__(self, source):
        assert source.startswith("digraph {\n")
        assert source.endswith("}\n")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", source)
        self.tokens, at, end = [], 0, len(source.rstrip())
        while at < end:
            found = TOKEN.match(source, at)
            assert found, source[at : at + 80]
            kind = found.lastgroup
            self.tokens.append((kind, found[kind]))
            at = found.end()
        self.graph, self.defaults, self.nodes, self.edges = {}, {}, {}, []
        self.frames = []
        assert self.tokens[0] == ("id", "digraph")
        self.at = 1
        self._block(None)
        assert self.at == len(self.tokens)

    def _take(self, *wanted):
        token = self.tokens[self.at]
        assert not wanted or token in wanted, (token, wanted)
        self.at += 1
        return token

    def _name(self):
        kind, text = self._take()
        assert kind in ("id", "text"), text
        if kind == "id":
            assert text not in ("node", "edge", "graph", "digraph", "subgraph", "strict")
            return text
        return text.replace('\\"', '"')

    def _peek(self):
        return self.tokens[self.at]

    def _block(self, frame):
        self._take(("mark", "{"))
        while self._peek() != ("mark", "}"):
            if self._peek() == ("id", "subgraph"):
                self._take()
                inner = {"name": self._name(), "around": frame, "boxes": [], "graph": {}}
                self.frames.append(inner)
                self._block(inner)
            elif self._peek() in (("id", "graph"), ("id", "node"), ("id", "edge")):
                _, kind = self._take()
                attributes = self._attributes("label" if frame else "")
                if frame is not None:
                    assert kind == "graph"
                    frame["graph"] |= attributes
                elif kind == "graph":
                    self.graph |= attributes
                else:
                    self.defaults[kind] = attributes
            else:
                self._statement(frame)
        self._take(("mark", "}"))

    def _statement(self, frame):
        name = self._name()
        if self._peek() == ("mark", "="):
            assert frame is None
            self._take()
            self.graph[name] = self._name()
            return
        port = None
        if self._peek() == ("mark", ":"):
            self._take()
            port = self._name()
        if self._peek() == ("mark", "->"):
            self._take()
            head = self._name()
            self.edges.append((name, port, head, self._attributes()))
        elif self._peek() == ("mark", "["):
            assert name not in self.nodes, name
            self.nodes[name] = self._attributes()
            if frame is not None:
                frame["boxes"].append(name)
        else:
            assert name in self.nodes, name
            frame["boxes"].append(name)

    def _attributes(self, first="label"):
        attributes = {}
        if self._peek() != ("mark", "["):
            return attributes
        self._take()
        names = []
        while self._peek() != ("mark", "]"):
            name = self._name()
            self._take(("mark", "="))
            attributes[name] = self._name()
            names.append(name)
        self._take(("mark", "]"))
        assert names == sorted(set(names), key=lambda name: (name != first, name))
        return attributes


def rows(label):
    r"""What Graphviz shows of a label: rows end in \n or \l, or with the label."""
    texts, row = [], ""
    for part in re.findall(r"\\.|[^\\]", label, re.DOTALL):
        if part in ("\\n", "\\l"):
            texts, row = [*texts, row], ""
        elif part[0] == "\\":
            assert part == "\\\\", label
            row += "\\"
        else:
            row += part
    ended = label.endswith("\\l") and not row
    return [html.unescape(text) for text in (texts if ended else [*texts, row])]


def fields(label):
    """A record as nested lists of (port, rows)."""
    parts = re.findall(r"\\.|[^\\]", label, re.DOTALL)
    at = 0

    def level():
        nonlocal at
        found, port, text = [], None, ""
        while at < len(parts) and parts[at] != "}":
            part = parts[at]
            at += 1
            if part == "{":
                assert not text.strip()
                found.append(level())
                assert parts[at] == "}"
                at += 1
                text = None
            elif part == "|":
                found += [] if text is None else [(port, _field(text))]
                port, text = None, ""
            elif part == "<":
                end = parts.index(">", at)
                port, at = "".join(parts[at:end]), end + 1
            elif part in (r"\{", r"\}", r"\|", r"\<", r"\>", r"\ "):
                text += "\0" if part == r"\ " else part[1]
            elif text is None:
                assert part == " "
            else:
                assert part != ">"
                text += part
        return found + ([] if text is None else [(port, _field(text))])

    whole = level()
    assert at == len(parts)
    return whole


def _field(text):
    return [row.replace("\0", " ") for row in rows(text.replace(" ", ""))]


# --- Mermaid --------------------------------------------------------------------------------------
SHAPES = {"([": "])", "[[": "]]", "[": "]", "{{": "}}", ">": "]", "(": ")"}
NODE = re.compile(r'(\w+)(\(\[|\[\[|\[|\{\{|>|\()"([^"]*)"(\]\)|\]\]|\]|\}\}|\)):::(\w+)')
LINK = re.compile(
    r'(\w+) (?:-- (?P<a>\d+|"[^"]*") -->|-\. (?P<b>\d+|"[^"]*") \.->|-->|-\.->|-\.-) (\w+)'
)
KEPT = {'"', "<", ">", "&", "`", "*", "\\", "%", "$", "~", "@", "{", "}"}


class Mermaid:
    """A flowchart as it was written: boxes, arrows, frames, classes; labels as a reader sees."""

    def __init__(self, source):
        *head, body = re.split(r"\A---\ntitle: (.*)\n---\n", source)
        self.title = head[-1] if head else None
        body = body.removeprefix('%%{init: {"theme": "dark"}}%%\n')
        first, *lines = body.removesuffix("\n").split("\n")
        self.direction = re.fullmatch(r"flowchart (TB|LR|BT|RL)", first)[1]
        self.nodes, self.edges, self.frames, self.classes, self.styles = {}, [], [], set(), {}
        open_frames = []
        for line in map(str.strip, lines):
            word = line.partition(" ")[0]
            if word == "subgraph":
                name, label = re.fullmatch(r'subgraph (\w+)\["([^"]*)"\]', line).groups()
                around = open_frames[-1] if open_frames else None
                self.frames.append({"rows": shown(label), "boxes": [], "around": around})
                open_frames.append(self.frames[-1])
            elif line == "end":
                open_frames.pop()
            elif word == "classDef":
                self.classes.add(re.fullmatch(r"classDef (\w+) [\w:#,.\- ]+", line)[1])
            elif word in ("style", "linkStyle"):
                name, style = re.fullmatch(rf"{word} (\w+) ([\w:#,.\-]+)", line).groups()
                self.styles[word, name] = style
            elif NODE.fullmatch(line):
                key, left, label, right, kind = NODE.fullmatch(line).groups()
                assert SHAPES[left] == right
                assert key not in self.nodes
                assert key != "end"
                self.nodes[key] = (left, shown(label), kind)
            elif re.fullmatch(r"\w+", line):
                assert line in self.nodes
                open_frames[-1]["boxes"].append(line)
            else:
                found = LINK.fullmatch(line)
                assert found, line
                label = (found["a"] or found["b"] or '""').strip('"')
                self.edges.append((found[1], found[4], shown(label)))
        assert not open_frames
        assert {kind for _, _, kind in self.nodes.values()} <= self.classes


def shown(label):
    """What Mermaid shows of a label: entities decoded, and nothing of Markdown or HTML left."""
    texts = []
    for row in [] if label == " " else label.replace("#8203;", "").split("<br/>"):
        assert not re.search(r"#92;n|#58;fa-|#36;#36;|ﬂ°|¶ß", label)
        bare = re.sub(r"#(quot|amp|lt|gt|\d+);", "\ufffc", row)
        assert not KEPT & set(bare), label
        assert not re.search(r"#|:(?! )|www\.|\]\(|\b_|_\b|^[ +=|-](?!\d)|^\d+[.)](\s|$)", bare), (
            bare
        )
        texts.append(html.unescape(re.sub(r"#(quot|amp|lt|gt|\d+);", _entity, row)))
    return [] if texts == [""] else texts


def _entity(found):
    return f"&#{found[1]};" if found[1].isdigit() else f"&{found[1]};"
