"""Colours mean what `how-to-read` says they mean: in every figure, preview and explorable."""

import re

import pytest

from dlbook.record.records import Project
from dlbook.site.pages import previews
from dlbook.site.pages.explorables import EXPLORABLES
from dlbook.site.reading.shelf import Shelf
from tests.scripts import NAMES, ROOT
from tests.site.test_previews import drawn

# Blue is a deep network: what is deep in each figure that draws with it.
DEEP = {
    "alternating_points_need_pieces": "the net of several layers",
    "changes_shrink_until_weights_have_grown": "ReLUs in three layers",
    "depth_gains_nothing_on_sixteen_points": "four layers beside one",
    "fifty_six_layers_fit_worse_than_twenty": "fifty-six layers",
    "a_layer_used_again_gets_more_points_right": "a layer applied again and again",
    "what_mends_deep_nets_is_how_their_layers_begin": "fifty-six layers with connections",
    "batch_norm_trains_where_starts_and_rates_fail": "six layers of ReLUs",
    "nets_draw_hardly_more_pieces_than_units": "nets of several layers",
    "six_activations_part_two_moons": "ReLUs in two layers and more",
    "the_start_decides_which_gradients_survive": "ReLUs in twenty layers",
    "training_finds_folds_only_from_nearby": "folds, a layer each",
    "depth_quarters_the_error": "the folded net",
    "depth_forgets_and_skips_keep": "layer upon layer, with nothing to lead past them",
    "equal_size_deep_or_shallow": "the deeper of two nets of one size",
    "few_data_widen_the_gap_of_deep_nets": "seven layers beside one",
    "folding_doubles_pieces": "folds, a layer each",
    "folds_cost_fewer_parameters": "folds, a layer each",
    "nets_miss_the_product_of_many_signs": "three layers beside one",
    "no_learner_beats_half_on_average": "two layers of 2 and 3 units",
    "reuse_turns_doubling_into_adding": "the circuit that reuses what it has",
    "three_circuits_for_parity": "the tree of gates",
    "true_labels_are_learned_before_random_ones": "two hidden layers, on true labels",
    "trees_fit_targets_that_are_trees": "three layers beside one",
    "weight_decay_is_a_path_norm": "two layers beside one",
    "what_a_net_has_stored_is_a_matter_of_steps": "three hidden layers",
}
DEEP_EXPLORABLES = {"fold", "parity", "sharing", "basin", "signal"}
# Figures without a network, where orange, a shallow one, has nothing to say.
WITHOUT_A_NET = {
    "curves_are_sums_of_ramps",
    "error_falls_with_the_square_of_the_pieces",
    "larger_sets_fit_better_and_promise_less",
}
SENTENCES = {
    "zh": ("蓝色是深的网络", "橙色是浅的网络", "绿色是写得出来的", "灰色是背景"),
    "en": (
        "blue is a deep network",
        "orange a shallow one",
        "green what can be",
        "grey is context",
    ),
}


def roles(picture: str) -> set[str]:
    return set(re.findall(r"--fig-(\w+)", picture))


@pytest.mark.parametrize("name", NAMES)
def test_blue_is_a_deep_network_and_orange_a_shallow_one(name):
    figure = Shelf(Project(ROOT)).figure(name)
    for lang in SENTENCES:
        used = roles(figure.picture(lang))
        assert bool(used & {"deep", "deepwash"}) == (name in DEEP), sorted(used)
        assert not (name in WITHOUT_A_NET and used & {"shallow", "shallowwash"}), sorted(used)


@pytest.mark.parametrize("name", EXPLORABLES)
def test_explorables_and_their_previews_keep_to_it(name):
    folder = ROOT / "web" / "src" / "explore"
    sources = [folder / f"{name}.ts", *sorted((folder / name).glob("*.ts"))]
    named = r"""["'](?:deep|deepwash)["']|--fig-deep"""
    blue = [path.name for path in sources if re.search(named, path.read_text("utf-8"))]
    assert bool(blue) == (name in DEEP_EXPLORABLES), blue
    assert bool(roles(drawn(name)) & {"deep", "deepwash"}) == (name in DEEP_EXPLORABLES)
    assert name in previews._DRAWN


def test_marks_of_legends_are_drawn_in_the_colours_of_what_they_name():
    """A legend's sign is a rule of the look; blue belongs to the deep net's alone."""
    look = (ROOT / "web" / "src" / "kit" / "look.css").read_text("utf-8")
    rules = [line for line in look.splitlines() if "dl-mark--" in line and "--fig-deep" in line]
    assert [rule for rule in rules if "dl-mark--deep" not in rule] == []
    assert len(rules) == 1


@pytest.mark.parametrize("lang", SENTENCES)
def test_the_page_that_explains_says_so(lang):
    text = (ROOT / "docs" / lang / "how-to-read.md").read_text("utf-8")
    for sentence in SENTENCES[lang]:
        assert sentence in text
