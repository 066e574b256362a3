"""Pages of the documentation as tests see them: fenced blocks, and the steps they make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"

_FENCE = re.compile(
    r"^```(?P<language>[a-z]+)?(?: title=\"(?P<title>[^\"]*)\")?[ \t]*\n(?P<text>.*?)^```[ \t]*$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block."""

    page: str
    line: int
    language: str
    title: str
    text: str
    start: int
    """Offset of the text in the page."""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True, slots=True)
class Step:
    """A document with its variables, and the answer the page shows."""

    document: Block
    variables: Block | None = None
    answer: Block | None = None


def pages() -> list[Path]:
    """Return every page a reader may open."""
    own = sorted(DOCS.rglob("*.md"))
    others = ("README.md", "CHANGELOG.md", "benchmarks/README.md", "examples/northwind/README.md")
    return [*(REPOSITORY / name for name in others), *own]


def named(path: Path) -> str:
    """Return the name of a page as tests show it."""
    return path.relative_to(REPOSITORY).as_posix()


def blocks(path: Path) -> list[Block]:
    """Return the fenced blocks of a page."""
    text = path.read_text(encoding="utf-8")
    return [
        Block(
            named(path),
            text.count("\n", 0, match.start()) + 1,
            match["language"] or "",
            match["title"] or "",
            match["text"],
            match.start("text"),
        )
        for match in _FENCE.finditer(text)
    ]


def is_document(block: Block) -> bool:
    """Tell whether a block is a document to send, and not a part of a schema."""
    return block.language == "graphql" and not block.title.startswith("schema")


def steps(path: Path) -> Iterator[Step]:
    """Give the documents of a page in order, each with the JSON blocks that follow it."""
    document: Block | None = None
    variables: Block | None = None
    for block in blocks(path):
        if is_document(block):
            if document is not None:
                yield Step(document, variables)
            document, variables = block, None
        elif block.language == "json" and document is not None and block.title == "variables":
            variables = block
        elif block.language == "json" and document is not None and block.title == "answer":
            yield Step(document, variables, block)
            document = None
    if document is not None:
        yield Step(document, variables)
