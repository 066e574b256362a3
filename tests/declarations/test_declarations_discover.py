from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphql_erp.declarations.discover import available_modules, load_modules
from graphql_erp.errors import DeclarationError, Problem

Write = Callable[[dict[str, str]], Path]


def manifest(name: str, *needs: str) -> dict[str, str]:
    text = f'name: {name}\nidentifier: {name}\nversion: "1.0"\ndependencies: [{", ".join(needs)}]\n'
    return {f"{name}/manifest.yaml": text}


def names(paths: list[Path], *asked: str) -> list[str]:
    return [module.identifier for module in load_modules(paths, asked)]


def problems(paths: list[Path], *asked: str) -> tuple[Problem, ...]:
    with pytest.raises(DeclarationError) as raised:
        load_modules(paths, asked)
    return raised.value.problems


def test_dependencies_come_first(write: Write) -> None:
    path = write({**manifest("a", "c", "b"), **manifest("b", "c"), **manifest("c")})

    assert names([path], "a") == ["c", "b", "a"]


def test_only_what_is_needed_is_loaded(write: Write) -> None:
    path = write({**manifest("a"), "b/manifest.yaml": "broken: ["})

    assert names([path], "a") == ["a"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda edge: edge[0] > edge[1]),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_order_depends_on_the_set_alone(write: Write, edges: list, random: object) -> None:
    files: dict[str, str] = {}
    for number in range(6):
        files |= manifest(f"m{number}", *{f"m{low}" for high, low in edges if high == number})
    path = write(files)
    asked = [f"m{number}" for number in range(6)]
    order = names([path], *asked)
    random.shuffle(asked)

    assert sorted(order) == sorted(asked)
    assert all(order.index(f"m{low}") < order.index(f"m{high}") for high, low in edges)
    assert names([path], *asked) == order


def test_modules_are_found_in_every_search_path(write: Write, tmp_path: Path) -> None:
    first = write({**manifest("a"), "notes/readme.txt": "no module"})
    second = tmp_path / "more"
    (second / "b").mkdir(parents=True)
    (second / "b/manifest.yaml").write_text(manifest("b", "a")["b/manifest.yaml"])

    assert names([first, second], "b") == ["a", "b"]
    assert available_modules([first, second]) == {"a": first / "a", "b": second / "b"}


def test_one_path_twice_is_one_path(write: Write) -> None:
    path = write(manifest("a"))

    assert names([path, path], "a") == ["a"]


def test_module_in_two_places_is_refused(write: Write, tmp_path: Path) -> None:
    first = write(manifest("a"))
    (tmp_path / "more/a").mkdir(parents=True)
    (tmp_path / "more/a/manifest.yaml").write_text(manifest("a")["a/manifest.yaml"])

    expected = Problem(
        "more/a/manifest.yaml",
        1,
        1,
        "duplicate_module",
        'the module "a" is in modules/a too.',
        "Remove or rename one of the two folders.",
    )
    assert problems([first, tmp_path / "more"], "a") == (expected,)
    with pytest.raises(DeclarationError):
        available_modules([first, tmp_path / "more"])


def test_folder_that_is_no_identifier_is_refused(write: Write) -> None:
    (problem,) = problems([write(manifest("My-Module"))])

    assert (problem.check, problem.path) == ("bad_name", "modules/My-Module/manifest.yaml")


def test_unknown_module_names_the_nearest(write: Write) -> None:
    assert problems([write(manifest("sales"))], "sale") == (
        Problem(
            "modules", 1, 1, "unknown_module", 'there is no module "sale".', 'Did you mean "sales"?'
        ),
    )


def test_no_modules_at_all_says_what_a_module_is(tmp_path: Path) -> None:
    (problem,) = problems([tmp_path / "nowhere"], "a")

    assert problem.hint == "A module is a folder that holds manifest.yaml."


def test_unknown_dependency_is_reported_at_its_place(write: Write) -> None:
    path = write({**manifest("a", "b", "corr"), **manifest("b"), **manifest("core")})

    assert problems([path], "a") == (
        Problem(
            "modules/a/manifest.yaml",
            4,
            19,
            "unknown_module",
            'module "a" depends on unknown module "corr".',
            'Did you mean "core"?',
        ),
    )


def test_dependency_on_itself_is_a_cycle(write: Write) -> None:
    (problem,) = problems([write(manifest("a", "a"))], "a")

    assert problem.message == "modules depend on each other: a -> a."


def test_cycle_is_told_from_its_first_name(write: Write) -> None:
    path = write({**manifest("c", "a"), **manifest("a", "b"), **manifest("b", "c")})

    assert [item.message for item in problems([path], "c")] == [
        "modules depend on each other: a -> b -> c -> a."
    ]


def test_mistakes_of_all_modules_are_reported_together(write: Write) -> None:
    path = write(
        {
            **manifest("a", "b", "zzz"),
            "a/x.yaml": "model: x\n",
            **manifest("b"),
            "b/y.yaml": "wrong: 1\n",
        }
    )

    found = [(item.path, item.check) for item in problems([path], "a", "q")]
    assert found == [
        ("modules", "unknown_module"),
        ("modules/a/manifest.yaml", "unknown_module"),
        ("modules/a/x.yaml", "bad_name"),
        ("modules/b/y.yaml", "unknown_section"),
    ]
