"""The ids of the checks of this layer, each with the sentence its reference page starts from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CHECKS: Mapping[str, str] = MappingProxyType(
    {
        "unreadable_file": "A file of the module cannot be opened or is not UTF-8.",
        "yaml_syntax": "The text is not YAML, or holds characters YAML forbids.",
        "yaml_limit": "A file is too long or nests mappings and lists too deep.",
        "yaml_documents": "A file holds several documents separated by `---`.",
        "yaml_duplicate_key": "A key occurs twice in one mapping.",
        "yaml_key": "A key is a number, true, null, empty, a list or a merge.",
        "yaml_alias": "Anchors and aliases (`&name`, `*name`) are not used.",
        "yaml_tag": "Tags and directives (`!!str`, `%YAML`) are not used.",
        "yaml_number": "A number has more digits than a number can keep.",
        "yaml_cut_off": "An unquoted expression ends at a character that means something in YAML.",
        "no_value": "A key has no value where one is needed.",
        "wrong_type": "A value is of the wrong kind, such as text in place of a list.",
        "wrong_choice": "A value is none of those that may be chosen from.",
        "unknown_key": "A key means nothing where it stands.",
        "missing_key": "A key that must be given is missing.",
        "invalid_option": "An option has a refused value, or options contradict each other.",
        "not_supported": "Something this version cannot do yet.",
        "unknown_section": "A key at the top of a file is no section.",
        "no_model": "A file has fields or other parts of a model but names none.",
        "two_models": "A file has both `model:` and `extend:`.",
        "misplaced_section": "A file in demo/ declares something other than records.",
        "bad_name": "A name breaks the rule for names of its kind.",
        "identifier_mismatch": "The manifest's identifier is not the name of its folder.",
        "duplicate_module": "Two search paths hold a module of one name.",
        "unknown_module": "A module or a dependency is in none of the search paths.",
        "dependency_cycle": "Modules depend on each other in a circle.",
    }
)
"""Sentence by id; every id has a case among the tests of refused declarations."""
