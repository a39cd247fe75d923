from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.corpora.sampling import stratified
from evaluation.corpora.tables import Line
from tests.evaluation.corpora.fakes import sentence

CORPUS = [
    sentence(f"{author} {intent} {number}", intent, template=f"{intent}{number // 2}", source=author)
    for author in ("norte", "sul")
    for intent in ("affirm", "deny", "self_harm")
    for number in range(12)
]
LINES = st.lists(
    st.builds(
        lambda intent, text, source: sentence(text, intent, template=text[:1], source=source),
        st.sampled_from(["a", "b", "c"]),
        st.text("xyz", min_size=1, max_size=4),
        st.sampled_from(["norte", "sul"]),
    ),
    max_size=30,
)


@settings(deadline=None)
@given(LINES, st.integers(1, 40), st.integers(0, 3))
def test_a_smaller_sample_is_the_beginning_of_a_larger(lines: list[Line], limit: int, seed: int) -> None:
    everything = stratified(lines, None, seed=seed, doubled={"b"})
    assert stratified(lines, limit, seed=seed, doubled={"b"}) == everything[:limit]
    assert Counter(everything) == Counter(set(lines))


def test_those_never_to_be_missed_come_twice_as_often() -> None:
    counts = Counter(line.group for line in stratified(CORPUS, 24, seed=1, doubled={"self_harm"}))
    assert counts == {"affirm": 6, "deny": 6, "self_harm": 12}


def test_authors_take_turns() -> None:
    counts = Counter((line.group, line.source) for line in stratified(CORPUS, 12, seed=2))
    assert set(counts.values()) == {2}


def test_a_skeleton_comes_again_only_after_all_others() -> None:
    chosen = [line for line in stratified(CORPUS, 36, seed=3) if line.group == "deny" and line.source == "sul"]
    assert len(chosen) == len({line.template for line in chosen}) == 6


def test_the_seed_decides() -> None:
    assert stratified(CORPUS, 20, seed=1) == stratified(CORPUS[::-1][::-1], 20, seed=1)
    assert stratified(CORPUS, 20, seed=1) != stratified(CORPUS, 20, seed=2)
