import numpy as np

from models.design import build_design
from models.late import add_late_effect, told_councils


def test_the_shared_effect_moves_undeclared_councils_together_and_no_declared_one(night, hyper):
    design = build_design(night.election, hyper)
    declared = np.flatnonzero(design.contests.council == 2)
    told = told_councils(design, declared, np.array([], dtype=np.int64))
    assert told.sum() == 1
    still = np.zeros((500, len(design.councils), len(design.columns)), dtype=np.float32)
    moved = add_late_effect(design, still, told, seed=4)
    assert (moved[:, 2] == 0).all()
    assert np.array_equal(moved[:, 0], moved[:, 5])
    expected = hyper.spread["late"] * np.sqrt(hyper.of("council", design.columns))
    assert np.allclose(moved[:, 0].std(axis=0), expected, rtol=0.15)


def test_the_shared_effect_of_a_draw_does_not_depend_on_what_has_declared(night, hyper):
    design = build_design(night.election, hyper)
    still = np.zeros((50, len(design.councils), len(design.columns)), dtype=np.float32)
    none = np.zeros(len(design.councils), dtype=bool)
    some = none.copy()
    some[:3] = True
    assert np.array_equal(add_late_effect(design, still, none, 1)[:, 5], add_late_effect(design, still, some, 1)[:, 5])
