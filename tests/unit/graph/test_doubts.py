"""Which passages a model is shown of two names."""

from shared.graph.doubts import Place, passages


def test_a_passage_of_both_names_comes_before_two_of_one_each() -> None:
    apart = Place("a", ["1"]), Place("b", ["2"])
    together = Place("c", ["8", "9"]), Place("c", ["9", "8", "7"])
    assert passages([apart, together], {"a", "b", "c"}) == ("8", "8")


def test_what_everybody_may_read_comes_before_all_else() -> None:
    closed = Place("c", ["1"]), Place("c", ["1"])
    half_closed = Place("a", ["2"]), Place("c", ["3"])
    opened = Place("a", ["5", "4"]), Place("b", ["7", "6"])
    assert passages([closed, half_closed, opened], {"a", "b"}) == ("4", "6")
    assert passages([closed, half_closed], {"a", "b"}) == ("1", "1")


def test_a_name_that_no_chunk_holds_is_shown_nowhere() -> None:
    assert passages([(Place("a", ["1"]), Place("b", []))], {"a", "b"}) is None
    assert passages([], set()) is None
