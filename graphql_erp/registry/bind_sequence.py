"""Sequences: what numbers records, checked against the model and bound."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graphql_erp import naming
from graphql_erp.declarations.source import Source
from graphql_erp.expressions.tree import Condition, Kind
from graphql_erp.fields.numbering import Numbering
from graphql_erp.fields.text import Char
from graphql_erp.registry.binder import Binder
from graphql_erp.registry.computed import Expressions, is_own_and_immutable
from graphql_erp.registry.draft import FieldDraft, ModelDraft, near_miss
from graphql_erp.registry.model import RelationKind
from graphql_erp.registry.sequence import SequenceDef

COMPANY_FIELD = "company"
"""To-one field of the company a record belongs to."""
_COMPANY_MODEL = "Company"
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_DIGITS = {"year": 4, "month": 2}
"""Length of what a placeholder stands for."""
_NEEDED = {"": (), "year": ("year",), "month": ("year", "month")}
"""What a prefix must show, so that numbers of two periods differ."""
_MOST_DIGITS = 18

Fault = tuple[str, str, str]
"""Key it is about, what is wrong, what to do."""


def bind_sequence(
    binder: Binder, model: ModelDraft, draft: FieldDraft, expressions: Expressions
) -> SequenceDef | None:
    """Return the sequence of a field, None without one; its faults become problems."""
    if not isinstance(draft.type, Char) or draft.type.sequence is None:
        return None
    reader = _Reader(binder, expressions, model, draft, draft.type.sequence)
    return reader.read(draft.type)


@dataclass(frozen=True, slots=True)
class _Reader:
    """One `sequence:` and the model it numbers."""

    binder: Binder
    expressions: Expressions
    model: ModelDraft
    draft: FieldDraft
    numbering: Numbering

    @property
    def what(self) -> str:
        """What messages call it."""
        return f'the sequence of field "{self.draft.name}" of {self.model.decl.name}'

    def read(self, kind: Char) -> SequenceDef | None:
        """Return the bound sequence, None when it has a fault."""
        pieces = tuple(_PLACEHOLDER.split(self.numbering.prefix))
        faults = [
            *_field_faults(kind, self.numbering),
            *_prefix_faults(self.numbering, pieces),
            *_length_faults(kind, self.numbering, pieces),
            *self._company_faults(),
            *self._date_faults(),
        ]
        for key, message, hint in faults:
            problem = self._place(key).problem("bad_sequence", f"{self.what} {message}", hint)
            self.binder.problems.append(problem)
        when = self._when()
        if faults or (self.numbering.when and when is None):
            return None
        table = self.model.decl.table or naming.table_name(self.model.decl.name)
        return SequenceDef(
            name=f"{table}.{self.draft.column}",
            prefix=pieces,
            padding=self.numbering.padding,
            period=self.numbering.period,
            company=self._company_column(),
            is_gapless=self.numbering.gapless,
            date=str(self.numbering.date),
            when=when,
        )

    def _place(self, key: str) -> Source:
        """Return where a key of the mapping stands, else an option of the field, else the field."""
        options = self.draft.decl.options
        located = options["sequence"].value.get(key) or options.get(key) or options["sequence"]
        return located.source

    def _company_column(self) -> str:
        return self.model.fields[COMPANY_FIELD].column if self.numbering.is_per_company else ""

    def _company_faults(self) -> Iterator[Fault]:
        company = self.model.fields.get(COMPANY_FIELD)
        if not self.numbering.is_per_company or self.binder.drafts.mistakes.is_lost(COMPANY_FIELD):
            return
        relation = company.relation if company else None
        is_column = relation is not None and relation.kind is RelationKind.TO_ONE
        if relation is None or not is_column or relation.target != _COMPANY_MODEL:
            message = f"counts per company, but {self.model.decl.name} has no company."
            hint = f"Add `{COMPANY_FIELD}: {{type: ManyToOne, to: {_COMPANY_MODEL}}}`."
            yield "per", message, hint

    def _date_faults(self) -> Iterator[Fault]:
        name = self.numbering.date
        if not name or self.binder.drafts.mistakes.is_lost(name):
            return
        found = self.model.fields.get(name)
        if found is None or found.type.kind not in {Kind.DATE, Kind.DATETIME}:
            days = {
                item.name: item.decl.source
                for item in self.model.fields.values()
                if item.type.kind in {Kind.DATE, Kind.DATETIME} and not item.is_system
            }
            message = f'takes its period from "{name}", which is no Date or Datetime field.'
            yield "date", message, near_miss(name, days)
        elif found.type.varies_by is not None or (found.type.compute and not found.type.store):
            message = f'takes its period from "{name}", which the table does not keep as one value.'
            yield "date", message, ""
        elif not (self.numbering.period or _PLACEHOLDER.search(self.numbering.prefix)):
            message = (
                f'takes a period from "{name}", but neither its numbers nor its counts have one.'
            )
            yield "date", message, "Write `per: [year]` and {year} in the prefix, or remove `date`."

    def _when(self) -> Condition | None:
        if not self.numbering.when:
            return None
        name = self.model.decl.name
        where = self.binder.condition(name, self.numbering.when, f"`when` of {self.what}")
        if where is None:
            return None
        if is_own_and_immutable(self.binder.drafts, name, where, self.expressions):
            return where
        message = f"{self.what} waits for a condition that is not over own columns alone."
        hint = "Write a Q that reads no other record, user or day."
        self.binder.problems.append(
            self.numbering.when.source.problem("bad_sequence", message, hint)
        )
        return None


def _field_faults(kind: Char, numbering: Numbering) -> Iterator[Fault]:
    hint = "Remove one of the two."
    if kind.required:
        yield "required", "gives its value last, so that the field cannot be `required`.", hint
    if kind.default is not None:
        yield "default", "leaves no room for a `default`.", hint
    if kind.compute is not None:
        yield "compute", "leaves no room for `compute`.", hint
    if kind.varies_by is not None:
        key = "translate" if kind.translate else "per_company"
        yield key, f"gives a record one value, so that the field cannot have `{key}`.", hint
    if kind.unique and numbering.is_per_company:
        message = "gives two companies the same numbers, so that they are not `unique`."
        yield "unique", message, "Remove it: the number and the company are a key together."


def _prefix_faults(numbering: Numbering, pieces: tuple[str, ...]) -> Iterator[Fault]:
    texts, names = pieces[::2], pieces[1::2]
    for name in names:
        if name not in _DIGITS:
            hint = naming.did_you_mean(name, _DIGITS)
            yield "prefix", f"has {{{name}}} in its prefix, which stands for nothing.", hint
    if any(brace in text for text in texts for brace in "{}"):
        yield "prefix", "has a brace in its prefix that encloses no name.", ""
    for name in _NEEDED[numbering.period]:
        if name not in names:
            message = f"counts per {numbering.period}, but its prefix has no {{{name}}}:"
            hint = f'Write it into the prefix, such as "{_example(numbering)}".'
            yield "prefix", f"{message} its numbers would repeat.", hint
    if len(set(numbering.per)) < len(numbering.per):
        yield "per", "counts per something twice.", ""


def _example(numbering: Numbering) -> str:
    period = "/".join(f"{{{name}}}" for name in _NEEDED[numbering.period])
    return f"{_PLACEHOLDER.split(numbering.prefix)[0]}{period}/"


def _length_faults(kind: Char, numbering: Numbering, pieces: tuple[str, ...]) -> Iterator[Fault]:
    if not 1 <= numbering.padding <= _MOST_DIGITS:
        yield "padding", f"has a `padding` that is not between 1 and {_MOST_DIGITS}.", ""
        return
    texts = sum(len(text) for text in pieces[::2])
    length = texts + sum(_DIGITS.get(name, 0) for name in pieces[1::2]) + numbering.padding
    if kind.max_length is not None and length > kind.max_length:
        message = f"makes numbers of {length} characters, `max_length` is {kind.max_length}."
        yield "max_length", message, ""
