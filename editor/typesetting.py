"""Sets a circular, in the layout of NĐ 30/2020/NĐ-CP, or the permission register as a PDF.

It knows neither git nor who may ask for it; what it is given is data and is never run as markup.
"""

import json
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import typst
from markdown import Markdown

from workflow.content_types import circular_code
from workflow.front_matter import parse

NOTES_HEADING: Final = "Ghi chú của người số hóa"
"""What follows this heading is about the document, not part of it, and is not set."""

_FOOTER: Final = "Bản dàn trang từ văn bản điện tử"
_TEMPLATES: Final = Path(__file__).parent / "typesetting"
_SEAL_WORDS: Final = {"urgent": "KHẨN", "very_urgent": "THƯỢNG KHẨN", "express": "HỎA TỐC"}
_ANNEX: Final = re.compile(r"(QUY CHẾ|QUY ĐỊNH|PHỤ LỤC [IVX\d]*|DANH SÁCH)\s+(.+)", re.DOTALL)
_CHAPTER: Final = re.compile(r"(CHƯƠNG [IVX\d]+)\s+(.+)", re.IGNORECASE | re.DOTALL)
_PRINTED_DATE: Final = re.compile(r"ngày .* tháng .* năm \d{4}\Z")

Block = dict[str, Any]


def typeset_circular(
    fields: dict[str, Any], body: str, school: Mapping[str, Any] | None = None
) -> bytes:
    """Return the PDF of a circular; equal input gives equal bytes.

    ``school`` is the school's profile: it names the body above the school and the place of issue.
    A body that begins with "Số:" brings the head of the printed document, which is set as printed;
    otherwise number, date, type and subject come from the fields. The PDF is tagged (PDF/UA-1).

    Raises:
        KeyError: no ``issued_date``, ``issuer``, ``type_name`` or ``subject``.
    """
    return _compiled("circular.typ", _document(fields, body, school or {}))


def typeset_register(document: Mapping[str, Any]) -> bytes:
    """Return the PDF of the permission register (R02).

    ``document`` holds ``superior``, ``school``, ``title``, ``source``, ``signer``, ``language``,
    ``columns`` and ``rows`` of as many cells. The PDF is tagged (PDF/UA-1).
    """
    return _compiled("register.typ", document)


def _compiled(template: str, document: Mapping[str, Any]) -> bytes:
    return typst.compile(
        _TEMPLATES / template,
        root=_TEMPLATES,
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(document)},
        pdf_standards=["ua-1"],
    )


def main(arguments: list[str]) -> int:
    """Rewrite ``<slug>.pdf`` in each entry folder named on the command line."""
    if not arguments:
        sys.stderr.write("python -m editor.typesetting content/circulars/<năm>/<mã>…\n")
        return 2
    for name in arguments:
        folder = Path(name)
        fields, body = parse((folder / "index.md").read_bytes())
        governance = folder.resolve().parents[2] / "governance"
        school = tomllib.loads((governance / "school.toml").read_text(encoding="utf-8"))
        (folder / f"{fields['slug']}.pdf").write_bytes(typeset_circular(fields, body, school))
    return 0


def _document(fields: dict[str, Any], body: str, school: Mapping[str, Any]) -> Block:
    blocks = _without_notes(_blocks(body))
    issued: date = fields["issued_date"]
    superior, place = _letterhead(str(fields["issuer"]), school)
    head: Block = {
        "superior": superior,
        "issuer": fields["issuer"],
        "number": f"Số: {circular_code(fields)}",
        "dated": f"{place}, {_long_date(issued)}" if place else _long_date(issued).capitalize(),
        "seal": _SEAL_WORDS.get(str(fields.get("priority", "")), ""),
        "about": "",
        "title": "",
        "subject": "",
    }
    printed = _printed_head(blocks)
    if printed:
        head.update(printed)
    elif fields["type_name"] == "Công văn":
        head["about"] = fields["subject"]
    else:
        head.update(title=str(fields["type_name"]).upper(), subject=fields["subject"])
    return {
        "code": circular_code(fields),
        "subject": fields["subject"],
        "issued": [issued.year, issued.month, issued.day],
        "head": head,
        "blocks": _with_signature(_levelled(blocks, titled=bool(head["title"])), fields),
        "footer": " · ".join(filter(None, (_FOOTER, fields.get("note", "")))),
    }


def _letterhead(issuer: str, school: Mapping[str, Any]) -> tuple[str, str]:
    """Return (body above the issuer, place of issue), empty where the profile does not tell."""
    address = str(school.get("address", ""))
    province = _named(address, "tỉnh") or _named(address, "thành phố")
    ward = _named(address, "phường") or _named(address, "xã")
    if issuer == school.get("name"):
        above = str(school.get("managing_body", ""))
        return above.replace("Ủy ban nhân dân", "UBND"), ward
    if issuer == school.get("managing_body"):
        return "", ward
    if issuer.startswith("Sở ") and province:
        return f"UBND tỉnh {province}", province
    return "", ""


def _named(address: str, unit: str) -> str:
    found = re.search(rf"(?:^|, ){unit} ([^,]+)", address, re.IGNORECASE)
    return found.group(1).strip() if found else ""


def _long_date(day: date) -> str:
    """Return the date in words: a zero leads days under 10 and the months 1 and 2 only (NĐ 30)."""
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)  # noqa: PLR2004
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def _printed_head(blocks: list[Block]) -> Block:
    """Take number and date as printed off the front of the blocks; empty if not there."""
    if not (blocks and _text(blocks[0]).startswith("Số:")):
        return {}
    head = {"number": _text(blocks.pop(0))}
    if blocks and _PRINTED_DATE.search(_text(blocks[0])):
        head["dated"] = _text(blocks.pop(0))
    return head


def _without_notes(blocks: list[Block]) -> list[Block]:
    for index, block in enumerate(blocks):
        if block["kind"] == "heading" and _text(block) == NOTES_HEADING:
            return blocks[:index]
    return blocks


def _levelled(blocks: list[Block], *, titled: bool) -> list[Block]:
    """Return the blocks with heading levels that skip none, as PDF/UA demands.

    The site's page has its title as first level, so that the text begins with the second.
    """
    level = int(titled)
    for block in blocks:
        if block["kind"] == "heading":
            wanted = 1 if block["style"] == "annex" else block["level"] - 1
            level = block["level"] = max(1, min(wanted, level + 1))
    return blocks


def _with_signature(blocks: list[Block], fields: Mapping[str, Any]) -> list[Block]:
    """Return the blocks with recipients and signature where the text has them, else at the end."""
    signature: Block = {
        "kind": "signature",
        "position": [part.strip() for part in str(fields.get("signer_position", "")).split(",")],
        "name": fields.get("signer_name", ""),
        "recipients": [
            part.strip() for part in str(fields.get("recipients", "")).split(";") if part.strip()
        ],
    }
    for index, (label, recipients) in enumerate(pairwise(blocks)):
        if _text(label) == "Nơi nhận:" and recipients["kind"] == "list":
            printed = [_text(item) for item in recipients["items"]]
            signature = {**signature, "recipients": printed, "as_printed": True}
            return [*blocks[:index], signature, *blocks[index + 2 :]]
    return [*blocks, signature]


def _text(block: Block) -> str:
    """Return the plain text of a block."""
    own = "".join(run["text"] for run in block.get("runs", []))
    return (own + " ".join(_text(inner) for inner in block.get("blocks", []))).strip()


def _blocks(body: str) -> list[Block]:
    """Return the Markdown as a list of blocks; tags in it are text like any other."""
    reader = Markdown(extensions=["tables", "sane_lists"])
    reader.preprocessors.deregister("html_block")
    reader.inlinePatterns.deregister("html")
    reader.inlinePatterns.deregister("entity")
    parser = _TreeParser()
    parser.feed(reader.convert(body))
    parser.close()
    return [block for node in parser.root.nodes() for block in _block(node)]


@dataclass
class _Node:
    tag: str
    children: list["_Node | str"] = field(default_factory=list)

    def nodes(self) -> list["_Node"]:
        return [child for child in self.children if isinstance(child, _Node)]


class _TreeParser(HTMLParser):
    """Builds the tree of what Python-Markdown wrote, which is always well nested."""

    def __init__(self) -> None:
        super().__init__()
        self.root = _Node("body")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        node = _Node(tag)
        self._open[-1].children.append(node)
        if tag not in {"br", "hr", "img"}:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if self._open[-1].tag == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def _block(node: _Node) -> list[Block]:
    """Return the blocks of one block-level node."""
    if re.fullmatch(r"h[1-6]", node.tag):
        return [_heading(int(node.tag[1]), _runs(node))]
    if node.tag in {"ul", "ol"}:
        items = [{"kind": "item", "blocks": _flow(item)} for item in node.nodes()]
        return [{"kind": "list", "ordered": node.tag == "ol", "items": items}]
    if node.tag == "table":
        rows = [row for part in node.nodes() for row in part.nodes()]
        cells = [[{"runs": _runs(cell)} for cell in row.nodes()] for row in rows]
        return [{"kind": "table", "header": cells[0], "rows": cells[1:]}]
    if node.tag in {"blockquote", "div"}:
        return _flow(node)
    runs = _runs(node)
    return [{"kind": "paragraph", "style": _paragraph_style(runs), "runs": runs}] if runs else []


def _flow(node: _Node) -> list[Block]:
    """Return the blocks inside a node that may hold both words and blocks."""
    inner: list[Block] = []
    line = _Node("p")
    for child in node.children:
        if isinstance(child, _Node) and child.tag in _BLOCK_TAGS:
            inner += [*_block(line), *_block(child)]
            line = _Node("p")
        else:
            line.children.append(child)
    return inner + _block(line)


_BLOCK_TAGS: Final = frozenset({"p", "ul", "ol", "table", "blockquote", "div", "pre"})


def _heading(level: int, runs: list[Block]) -> Block:
    """Return a heading; a chapter's or an annex's name stands on a line of its own, centred."""
    text = "".join(run["text"] for run in runs)
    annex, chapter = _ANNEX.fullmatch(text), _CHAPTER.fullmatch(text)
    if annex or chapter:
        lead, rest = (annex or chapter).groups()  # type: ignore[union-attr]
        runs = [{"text": f"{lead}\n"}, {"text": rest}]
    style = "annex" if annex else "chapter" if chapter or text.isupper() else "article"
    return {"kind": "heading", "style": style, "level": level, "runs": runs}


def _paragraph_style(runs: list[Block]) -> str:
    """Say how the paragraph stands: wholly bold words and italic brackets are centred."""
    opening = runs[0]["text"]
    if all(run.get("strong") for run in runs) and opening[0].isalpha():
        return "centred"
    if all(run.get("emph") for run in runs) and opening.startswith("("):
        return "centred"
    if opening.startswith("Kính gửi"):
        return "addressee"
    return "ground" if opening.startswith(("Căn cứ", "Xét đề nghị", "Theo đề nghị")) else "plain"


def _runs(node: _Node, style: Mapping[str, bool] | None = None) -> list[Block]:
    """Return a node's words as runs of one style each; line breaks of the source are blanks."""
    style = style or {}
    runs: list[Block] = []
    for child in node.children:
        if isinstance(child, str):
            runs.append({"text": re.sub(r"\s+", " ", child), **style})
        elif child.tag == "br":
            runs.append({"text": "\n", **style})
        else:
            marks = {"strong": {"strong": True}, "em": {"emph": True}}.get(child.tag, {})
            runs += _runs(child, {**style, **marks})
    return _trimmed(runs)


def _trimmed(runs: list[Block]) -> list[Block]:
    """Return the runs without the blanks around a block and after a line break."""
    for before, run in zip([{"text": "\n"}, *runs], runs, strict=False):
        if before["text"].endswith("\n"):
            run["text"] = run["text"].lstrip(" ")
    return [run for run in runs if run["text"]]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
