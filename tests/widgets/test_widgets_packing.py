"""The packing explorer: it packs as torch does, and what it is told and tells."""

import random
import re

import pytest
import traitlets

from lstmlab import widgets

pytestmark = pytest.mark.browser


def test_packing_in_the_browser_is_torchs(show):
    shown = show(widgets.PackingExplorer())
    draw = random.Random(0)
    for _ in range(60):
        lengths = [draw.randint(1, 12) for _ in range(draw.randint(1, 6))]
        got, packed = shown.call("pack", lengths), widgets.PackingExplorer(lengths).packed
        assert got["data"] == packed.data.tolist()
        assert got["batch_sizes"] == packed.batch_sizes.tolist()
        assert got["sorted_indices"] == packed.sorted_indices.tolist()
        assert got["unsorted_indices"] == packed.unsorted_indices.tolist()


def test_the_packed_row_on_the_page_is_torchs_and_a_length_is_dragged(show):
    widget = widgets.PackingExplorer([2, 5, 3])
    shown = show(widget)

    def packed_on_page() -> list[str]:
        return shown.page.locator(".lw-packed .lw-cell1").all_inner_texts()

    def packed_by_torch() -> list[str]:
        return [f"{'abcdef'[row]}{step}" for row, step in widget.packed.data.tolist()]

    assert packed_on_page() == packed_by_torch()
    cells = shown.page.locator(".lw-padded [data-row='0']")
    end, target = cells.nth(1).bounding_box(), cells.nth(3).bounding_box()
    shown.page.mouse.move(end["x"] + 10, end["y"] + 10)
    shown.page.mouse.down()
    shown.page.mouse.move(target["x"] + 10, target["y"] + 10, steps=6)
    shown.page.mouse.up()
    shown.settled()
    widget.lengths = shown.sent()["lengths"]
    assert widget.lengths == [4, 5, 3] and packed_on_page() == packed_by_torch()
    assert "Packed: 12 rows, batch_sizes 3 3 3 2 1" in shown.status()


def test_a_length_that_was_dragged_out_is_dragged_back(show):
    shown = show(widgets.PackingExplorer([2, 5, 3]))
    cells = shown.page.locator(".lw-padded [data-row='0']")
    places = [cells.nth(step).bounding_box() for step in (1, 3)]
    there, back = [(box["x"] + 10, box["y"] + 10) for box in reversed(places)]
    shown.page.mouse.move(*back)
    shown.page.mouse.down()
    shown.page.mouse.move(*there, steps=4)
    shown.page.mouse.move(*back, steps=4)
    shown.page.mouse.up()
    assert shown.sent()["lengths"] == [2, 5, 3]


def test_a_click_on_a_cell_says_what_its_state_has_read_and_what_out_minus_one_would(show):
    shown = show(widgets.PackingExplorer([2, 5, 3]))
    shown.page.locator(".lw-padded [data-row='2']").nth(4).click()
    shown.settled()
    assert shown.sent()["row"] == 2 and shown.sent()["step"] == 4 and shown.sent()["lengths"] == [2, 5, 3]
    assert "has read 3 steps of c and then 2 zeros: packed, there is no such state" in shown.status()
    assert (
        "out[:, -1] would read sequence c 2 zeros too late; h_n of the packed batch is the state after c2"
        in shown.status()
    )
    assert shown.page.locator(".lw-padded .lw-read").count() == 5
    assert shown.page.locator(".lw-packed .lw-read").count() == 3
    shown.page.get_by_role("button", name="Add a sequence").click()
    shown.page.get_by_role("button", name="Remove the last").click()
    assert shown.sent()["lengths"] == [2, 5, 3]
    shown.receive(lengths=[1, 1], row=0, step=0)
    shown.settled()
    assert "Padded: 2 × 1 = 2 cells, 0 of them padding" in shown.status()


@pytest.mark.parametrize(
    "arguments, say",
    [
        ({"lengths": []}, "pass 1 to 6 whole numbers from 1 to 12"),
        ({"lengths": [1, 13]}, "pass 1 to 6 whole numbers"),
        ({"lengths": [2.0]}, "pass 1 to 6 whole numbers"),
        ({"lengths": [True, 2]}, "pass 1 to 6 whole numbers"),
        ({"lengths": range(0, 3)}, "lengths=[0, 1, 2]; pass 1 to 6 whole numbers"),
        ({"lengths": 3}, "lengths=3; pass 1 to 6 whole numbers"),
        ({"row": 3}, "row=3; pass 0 to 2"),
        ({"step": 5}, "step=5; pass 0 to 4"),
    ],
)
def test_bad_arguments_of_the_packing_explorer_get_told_what_to_pass(arguments, say):
    with pytest.raises(traitlets.TraitError, match=re.escape(say)):
        widgets.PackingExplorer(**arguments)
