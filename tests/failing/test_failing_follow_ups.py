"""One mistake in reading gives problems in its own file and nowhere else."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from failing_corpus import Accepted, check

from graphql_erp.declarations.checks import CHECKS

FILES = {
    "base/manifest.yaml": """\
name: Base
identifier: base
version: "1.0"
description: Owners and things.
""",
    "base/models/owner.yaml": """\
model: Owner
label: Owner
fields:
  name: {type: Char, required: true}
  budget: {type: Decimal, digits: [16, 2], default: 0}
  things: {type: OneToMany, to: Thing, inverse: owner}
""",
    "base/models/thing.yaml": """\
model: Thing
plural: thingsOfAll
table: base_thing
order_by: [owner.name, -price]
display_name: concat(title, " ", code)
search: [title, code]
fields:
  title: {type: Char, required: true}
  code: Char
  price: {type: Decimal, digits: [16, 2]}
  state: {type: Selection, options: [new, old], default: new}
  owner: {type: ManyToOne, to: Owner, required: true}
  tags: {type: ManyToMany, to: Tag, inverse: things}
  secret: {type: Char, groups: [keeper]}
  twice: {type: Decimal, digits: [16, 2], compute: price * 2, store: true}
  share: {type: Decimal, digits: [16, 2], compute: price / owner.budget}
checks:
  positive:
    where: Q(price__gte=0) | Q(state="old")
    message: Too little.
unique:
  title_once: [title, owner]
indexes:
  by_price: [price, state]
""",
    "base/models/thing.py": """\
from graphql_erp.behaviour.decorators import mutation
from graphql_erp.behaviour.model import Model


class Thing(Model):
    @mutation
    async def mend(self) -> None:
        \"\"\"Mend it.\"\"\"
""",
    "base/models/tag.yaml": """\
model: Tag
fields:
  name: Char
  count: {type: Integer, compute: count(things)}
""",
    "base/security.yaml": """\
groups:
  user: {label: User}
  keeper: {label: Keeper, implies: [user]}
access:
  Thing:
    user: [read, mend]
    keeper:
      allow: all
      where: Q(owner__name="me") & Q(tags__name__in=["a"])
  Owner: {keeper: all}
rules:
  no_secrets: {model: Thing, where: Q(secret__isnull=True)}
""",
    "base/data/records.yaml": """\
records:
  Owner:
    me: {name: Me, budget: 10}
  Tag:
    red: {name: Red}
  Thing:
    chair: {title: Chair, price: 1.5, owner: me, tags: [red], state: old}
""",
    "more/manifest.yaml": """\
name: More
identifier: more
version: "1.0"
dependencies: [base]
""",
    "more/models/thing.yaml": """\
extend: Thing
fields:
  state: {options: [lost], default: lost}
  code: {required: true, default: none}
  buyer: {type: ManyToOne, to: Owner, inverse: bought}
  cost: {type: Decimal, digits: [16, 2], compute: price + buyer.budget}
checks:
  not_lost: {where: Q(buyer__things__state="new"), message: Lost.}
""",
    "more/records.yaml": """\
records:
  Thing:
    table: {title: Table, owner: base.me, buyer: base.me, code: t1, state: lost}
    shelf: {title: Shelf, owner: base.me, tags: [base.red]}
""",
}


def keyed(line: str) -> tuple[str, str, str]:
    """Return the indentation, the key and the value of a line."""
    body = line.lstrip()
    key, _, value = body.partition(":")
    return line[: len(line) - len(body)], key, value


def tab_in_front(line: str) -> str:
    return f"\t{line}"


def open_quote(line: str) -> str:
    space, key, value = keyed(line)
    return f'{space}{key}: "{value}'


def anchor(line: str) -> str:
    space, key, value = keyed(line)
    return f"{space}{key}: &other{value}"


def key_twice(line: str) -> str:
    space, key, value = keyed(line)
    return f"{space}{key}:{value}\n{space}{key}: {{}}"


def key_with_dash(line: str) -> str:
    space, key, value = keyed(line)
    return f"{space}Bad-{key}:{value}"


def misspelt_key(line: str) -> str:
    space, key, value = keyed(line)
    return line if space else f"{key}s:{value}"


def number(line: str) -> str:
    space, key, value = keyed(line)
    return f"{space}{key}: 5" if value else line


def list_around(line: str) -> str:
    space, key, value = keyed(line)
    return f"{space}{key}: [[{value} ]]" if value else line


def bad_byte(line: str) -> str:
    return f"{line} \udcff"


def line_left_out(line: str) -> str:  # noqa: ARG001 - a change takes the line
    return ""


CHANGES = (
    tab_in_front,
    open_quote,
    anchor,
    key_twice,
    key_with_dash,
    misspelt_key,
    number,
    list_around,
    bad_byte,
    line_left_out,
)


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", errors="surrogateescape")


def variants(change: Callable[[str], str]) -> Iterator[tuple[str, int, str]]:
    """Give every file with one line changed."""
    for path, text in FILES.items():
        lines = text.splitlines()
        for number_of_line, line in enumerate(lines) if path.endswith(".yaml") else ():
            changed = [*lines[:number_of_line], change(line), *lines[number_of_line + 1 :]]
            yield path, number_of_line + 1, "\n".join(changed) + "\n"


def test_the_modules_have_no_mistake(tmp_path: Path) -> None:
    write(tmp_path, FILES)

    with pytest.raises(Accepted):
        check([tmp_path])


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_mistake_in_reading_is_reported_in_its_own_file_alone(
    tmp_path: Path, change: Callable[[str], str]
) -> None:
    write(tmp_path, FILES)
    mistakes = 0
    for path, line, text in variants(change):
        write(tmp_path, {path: text})
        try:
            problems = check([tmp_path]).problems
        except Accepted:
            problems = ()
        if any(problem.check in CHECKS for problem in problems):
            mistakes += 1
            found = {(problem.path, problem.check in CHECKS) for problem in problems}
            shown = "\n".join(map(str, problems))
            assert found == {(f"{tmp_path.name}/{path}", True)}, f"{path}:{line}\n{shown}"
        write(tmp_path, {path: FILES[path]})
    assert mistakes > 0
