"""What the sections of a module say, as frozen dataclasses with their source.

Values are checked for shape here and for meaning when the registry is built: names of models,
fields and types are still text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from graphql_erp.declarations.names import NameKind
from graphql_erp.declarations.shape import Role, shaped
from graphql_erp.declarations.source import BUILT_IN, Located, Source
from graphql_erp.declarations.text import Text

ApiLevel = Literal["full", "read", "none"]
Locking = Literal["off", "optional", "required"]
GroupKind = Literal["internal", "portal", "public"]

_ENGINE = shaped(Role.ENGINE)
_IDENTIFIER = shaped(Role.KEY, name=NameKind.IDENTIFIER)
_MODEL = shaped(Role.KEY, name=NameKind.MODEL)
_NO_TEXT = Text()


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestDecl:
    """`manifest.yaml`: who am I, what do I need."""

    name: str
    """Name for people."""
    identifier: str
    """Name of the folder and of the module everywhere else."""
    version: str
    """Quoted version, such as "1.0"."""
    category: str = ""
    """Heading under which the module is listed."""
    description: str = ""
    """One sentence that says what the module is for."""
    dependencies: tuple[Text, ...] = ()
    """Identifiers of the modules that must be installed with it."""
    source: Source = field(default=BUILT_IN, metadata=_ENGINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDecl:
    """One field; its options are those of its type and are checked by it."""

    name: str = field(metadata=shaped(Role.KEY, name=NameKind.FIELD))
    type: str = field(default="", metadata=shaped(Role.BARE))
    """Type of the field, such as Char; an extension may leave it out to keep the declared one."""
    options: Mapping[str, Located] = field(default_factory=dict, metadata=shaped(Role.REST))
    source: Source = field(default=BUILT_IN, metadata=_ENGINE)
    module: str = field(default="", metadata=_ENGINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDecl:
    """A condition every record must satisfy before it is saved."""

    name: str = field(metadata=_IDENTIFIER)
    where: Text
    """A Q expression."""
    message: str
    """English text shown to the user; also its translation key."""
    source: Source = field(default=BUILT_IN, metadata=_ENGINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class UniqueDecl:
    """Fields whose values together may occur only once."""

    name: str = field(metadata=_IDENTIFIER)
    fields: tuple[Text, ...] = field(metadata=shaped(Role.BARE))
    """Names of the fields."""
    message: str = ""
    """English text shown to the user; also its translation key."""
    source: Source = field(default=BUILT_IN, metadata=_ENGINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDecl:
    """An index over several fields."""

    name: str = field(metadata=_IDENTIFIER)
    fields: tuple[Text, ...] = field(metadata=shaped(Role.BARE))
    """Names of the fields."""
    source: Source = field(default=BUILT_IN, metadata=_ENGINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDecl:
    """`model:` or `extend:` with its fields."""

    name: str = field(metadata=_MODEL)
    label: str = ""
    """Name for people; default: the words of the model's name."""
    plural: str = ""
    """Plural of the GraphQL root field; default: by rule."""
    description: str = ""
    """Sentence shown in the GraphQL schema."""
    order_by: tuple[Text, ...] = ()
    """Default order: field names or dotted to-one paths, `-` in front for descending."""
    display_name: Text = _NO_TEXT
    """Field or expression that names a record; default: `name` when there is such a field."""
    search: tuple[Text, ...] = ()
    """Text fields `search:` looks in; default: those with `index: search`, else `name`."""
    api: ApiLevel = "full"
    """What the schema offers: everything, reading only, or nothing."""
    locking: Locking = "optional"
    """Whether updates and deletes may, must or cannot say which version of the record they mean."""
    table: str = ""
    """Table name; default: by rule."""
    abstract: bool = False
    """Whether it is only there to be mixed into models: no table and no place in the schema."""
    mixins: tuple[Text, ...] = ()
    """Abstract models whose fields, checks, keys, order and methods it takes over; its own win."""
    archive: Text = _NO_TEXT
    """Required Boolean field that is false for archived records, which lists leave out."""
    tree: bool = False
    """Whether records have a `parent` of the same model, `children`, `ancestors`, `descendants`."""
    audit: bool = False
    """Whether the database records every change of its records as an AuditEntry."""
    transient: bool = False
    """Whether records are needed for a day only, as those of a wizard."""
    fields: tuple[FieldDecl, ...] = ()
    """Fields by name: a type, or a mapping of `type` and the options of that type."""
    checks: tuple[CheckDecl, ...] = ()
    """Conditions every record must satisfy, by name."""
    unique: tuple[UniqueDecl, ...] = ()
    """Keys over several fields, by name: a list of fields, or `fields` and `message`."""
    indexes: tuple[IndexDecl, ...] = ()
    """Indexes over several fields, by name: a list of fields."""
    is_extension: bool = field(default=False, metadata=_ENGINE)
    source: Source = field(default=BUILT_IN, metadata=_ENGINE)
    module: str = field(default="", metadata=_ENGINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDecl:
    """One record shipped by a module, keyed by its identifier."""

    model: str = field(metadata=_MODEL)
    identifier: str = field(metadata=_IDENTIFIER)
    """Full identifier: `<module>.<key>`."""
    values: Mapping[str, Located] = field(metadata=shaped(Role.REST))
    demo: bool = field(default=False, metadata=_ENGINE)
    source: Source = field(default=BUILT_IN, metadata=_ENGINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDecl:
    """A named set of permissions."""

    name: str = field(metadata=_IDENTIFIER)
    label: str = ""
    """Name for people; default: the words of the group's name."""
    kind: GroupKind = "internal"
    """Who its members are: internal, portal (customers and suppliers) or public (everybody)."""
    implies: tuple[Text, ...] = ()
    """Groups whose permissions its members have too."""
    implied_by: tuple[Text, ...] = ()
    """Groups of other modules whose members have its permissions too."""
    source: Source = field(default=BUILT_IN, metadata=_ENGINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessDecl:
    """What one group may do with one model."""

    model: str = field(metadata=_MODEL)
    group: str = field(metadata=_IDENTIFIER)
    allow: tuple[Text, ...] = field(metadata=shaped(Role.BARE, word="all", several=True))
    """Operations and method names; `all` is every operation."""
    where: Text = _NO_TEXT
    """A Q expression that limits the grant to the records it selects."""
    source: Source = field(default=BUILT_IN, metadata=_ENGINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDecl:
    """A restriction of a model that holds for everybody."""

    name: str = field(metadata=_IDENTIFIER)
    model: Text = _NO_TEXT
    """The model it narrows."""
    models_with: Text = _NO_TEXT
    """In place of a model: it narrows every model with a to-one field of this name to the model of
    that name, such as `company` to Company."""
    where: Text
    """A Q expression; other records do not exist for anybody."""
    source: Source = field(default=BUILT_IN, metadata=_ENGINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class BehaviourDecl:
    """A Python file of the module that holds behaviour classes."""

    path: Path
    module: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleDecl:
    """The union of all sections of one module folder."""

    manifest: ManifestDecl
    folder: Path
    models: tuple[ModelDecl, ...] = ()
    """Models and extensions, in file order."""
    records: tuple[RecordDecl, ...] = ()
    groups: tuple[GroupDecl, ...] = ()
    access: tuple[AccessDecl, ...] = ()
    rules: tuple[RuleDecl, ...] = ()
    behaviours: tuple[BehaviourDecl, ...] = ()
    digest: str = ""
    """SHA-256 over the names and bytes of all files read."""

    @property
    def identifier(self) -> str:
        """Name of the module."""
        return self.manifest.identifier
