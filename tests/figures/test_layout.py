"""Planted faults are found, each by its own name, and clean drawings are left in peace."""

import pytest

from dlbook.figures import layout, style


@pytest.fixture(autouse=True)
def house_style():
    with style.context():
        yield


def panel(**limits):
    drawn, ax = style.panels()
    ax.plot([0, 1], [0, 1], color=style.colour("deep"))
    ax.set(xlim=(0, 1), ylim=(0, 1), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    ax.set(**limits)
    return drawn, ax


def test_a_clean_drawing_is_left_in_peace():
    drawn, ax = panel(xlabel="深度 $L$", ylabel="error", title="A title")
    ax.text(0.5, 0.5, "in the middle", ha="center")
    ax.legend(["a line"], loc="lower right")
    assert layout.collisions(drawn) == []


def test_labels_that_overlap_are_both_named():
    drawn, ax = panel()
    ax.text(0.4, 0.5, "first label")
    ax.text(0.45, 0.52, "second label")
    ax.text(0.4, 0.8, "far away")
    assert layout.collisions(drawn) == ["'first label' overlaps 'second label'"]


@pytest.mark.parametrize(("gap", "found"), [(0.8, True), (1.0, False)])
def test_labels_overlap_from_the_point_where_their_boxes_meet(gap, found):
    drawn, ax = panel()
    lower = ax.text(0.4, 0.5, "xxxx")
    drawn.draw_without_rendering()
    height = lower.get_window_extent().transformed(ax.transData.inverted()).height
    ax.text(0.4, 0.5 + gap * height, "xxxx")
    assert (layout.collisions(drawn) == ["'xxxx' overlaps 'xxxx'"]) is found


def test_labels_side_by_side_or_one_above_the_other_do_not_overlap():
    drawn, ax = panel()
    for x, y in [(0.2, 0.2), (0.2, 0.5), (0.6, 0.2), (0.6, 0.5)]:
        ax.text(x, y, "label")
    assert layout.collisions(drawn) == []


@pytest.mark.parametrize(
    ("x", "y", "align"),
    [
        (-0.2, 0.5, {"ha": "right"}),
        (1.2, 0.5, {"ha": "left"}),
        (0.5, 1.2, {"va": "bottom", "ha": "center"}),
        (0.5, -0.2, {"va": "top", "ha": "center"}),
    ],
    ids=["left", "right", "above", "below"],
)
def test_a_label_that_leaves_the_picture_is_named_on_every_side(x, y, align):
    drawn, ax = panel()
    ax.text(x, y, "a label outside", in_layout=False, **align)
    assert layout.collisions(drawn) == ["'a label outside' leaves the picture"]


@pytest.mark.parametrize(
    ("x", "y"), [(0.25, 0.0), (0.25, 1.0), (1.0, 0.25), (0.0, 0.25)],
    ids=["bottom", "top", "right", "left"],
)  # fmt: skip
def test_a_label_across_an_edge_of_its_frame_is_named(x, y):
    drawn, ax = panel(xticks=[], yticks=[], title=" ")
    drawn.get_layout_engine().set(w_pad=0.6, h_pad=0.4)
    ax.text(x, y, "across", ha="center", va="center", in_layout=False)
    assert layout.collisions(drawn) == ["'across' crosses the edge of its data area"]


@pytest.mark.parametrize(("x", "found"), [(1.0, False), (1.01, True)])
def test_a_label_may_reach_the_rim_of_the_picture_and_no_further(x, found):
    drawn, _ = panel()
    drawn.text(x, 0.5, "rim", ha="right", va="top", in_layout=False)
    drawn.get_layout_engine().set(w_pad=0.6)
    assert layout.collisions(drawn) == (["'rim' leaves the picture"] if found else [])


def test_a_label_that_surrounds_its_frame_crosses_it():
    drawn, ax = panel(xticks=[], yticks=[])
    ax.set_position((0.45, 0.45, 0.05, 0.05))
    drawn.set_layout_engine("none")
    ax.text(0.5, 0.5, "wide", fontsize=60, ha="center", va="center")
    assert layout.collisions(drawn) == ["'wide' crosses the edge of its data area"]


def test_labels_of_two_panels_collide_across_the_gap():
    drawn, axes = style.panels(1, 2)
    axes[0, 0].set_title("a title that is much longer than its narrow panel")
    axes[0, 1].set_title("the neighbour")
    assert (
        "'a title that is much longer than its nar' overlaps 'the neighbour'"
        in layout.collisions(drawn)
    )


def test_tick_labels_that_run_into_each_other_are_found():
    drawn, _ = panel(xticks=[0.5, 0.52], xticklabels=["a wide label", "another one"])
    assert layout.collisions(drawn) == ["'a wide label' overlaps 'another one'"]


def test_a_long_label_is_named_by_its_beginning_on_one_line():
    drawn, ax = panel()
    for _ in range(2):
        ax.text(0.1, 0.5, "a label\nof two lines, which goes on and on and on")
    (line,) = layout.collisions(drawn)
    start = "a label of two lines, which goes on and "
    assert line == f"'{start}' overlaps '{start}'"


@pytest.mark.parametrize(
    "hide",
    [
        lambda ax: ax.texts[1].set_visible(False),
        lambda ax: ax.texts[1].set_text("  "),
        lambda ax: ax.texts[1].remove(),
    ],
    ids=["invisible", "blank", "gone"],
)
def test_labels_that_are_not_drawn_do_not_collide(hide):
    drawn, ax = panel()
    for _ in range(2):
        ax.text(0.4, 0.5, "label")
    hide(ax)
    assert layout.collisions(drawn) == []


def test_children_of_what_is_hidden_do_not_collide():
    drawn, axes = style.panels(1, 2)
    for ax in axes.flat:
        ax.set(xticks=[0.5, 0.51], xticklabels=["a wide label", "another"], yticks=[])
    axes[0, 0].set_axis_off()
    axes[0, 1].xaxis.set_visible(False)
    legend = drawn.legend(handles=axes[0, 0].plot([0, 1]), labels=["x" * 200])
    assert layout.collisions(drawn) != []
    legend.set_visible(False)
    assert layout.collisions(drawn) == []
    axes[0, 0].set_axis_on()
    assert layout.collisions(drawn) == ["'a wide label' overlaps 'another'"]
    axes[0, 0].set_visible(False)
    assert layout.collisions(drawn) == []


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("turned", [False, True])
def test_ticks_beyond_the_limits_are_not_drawn_and_do_not_collide(scale, turned):
    drawn, ax = style.panels()
    ax.plot([1, 1e5], [0, 1])
    limits = (1.5, 0.9e5)
    ax.set(xscale=scale, xlim=limits[::-1] if turned else limits, ylim=(0.03, 0.97))
    assert layout.collisions(drawn) == []


def test_ticks_below_the_limits_of_many_decades_are_not_drawn_either():
    drawn, ax = style.panels()
    ax.plot([1.5e-12, 0.5], [0, 1])
    ax.set(xscale="log", xlim=(1.5e-12, 0.5))
    assert layout.collisions(drawn) == []


@pytest.mark.parametrize("limits", [(0, 1), (1, 0)])
def test_ticks_at_the_very_limits_do_count(limits):
    drawn, ax = panel(xlim=limits, xticks=[0, 1], xticklabels=["w" * 60, "w" * 60])
    ax.xaxis.set_in_layout(False)
    leaving = [line for line in layout.collisions(drawn) if line.endswith("leaves the picture")]
    assert len(leaving) == 2


def test_the_drawing_is_not_changed_by_looking_at_it():
    drawn, _ = panel(xlabel="x")
    before = style.to_svg(drawn, "toy")
    layout.collisions(drawn)
    assert style.to_svg(drawn, "toy") == before


def test_labels_are_what_the_author_wrote_and_not_the_numbers_of_an_axis():
    figure, ax = style.panels()
    ax.set(title="title", xlabel="x", ylabel="", xlim=(0, 10), yscale="log", ylim=(1, 100))
    ax.text(0.5, 0.5, "inside")
    ax.text(0.5, 0.5, "unseen", visible=False)
    assert sorted(layout.drawn_labels(figure)) == ["inside", "title", "x"]


def test_ticks_that_the_author_named_are_labels():
    figure, ax = style.panels()
    ax.set_xticks((0, 1), ("zero", "one"))
    assert sorted(layout.drawn_labels(figure)) == ["one", "zero"]
