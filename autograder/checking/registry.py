"""Which exercises there are, and in which assignment; `autograder.checks` and the audit find them here.

An assignment's exercises are imported when one of them is first asked for.
"""

from __future__ import annotations

from importlib import import_module

from autograder.checking.language import Exercise

ASSIGNMENTS = {
    "a1_sequences": ("make_windows", "split_standardize", "batchify"),
    "a2_rnns": ("rnn_cell", "rnn_forward", "run_in_chunks"),
    "a3_gates": ("lstm_cell", "gate_values", "set_forget_bias"),
    "a4_nn_lstm": ("lstm_forward", "lstm_param_count", "lstm_shapes"),
    "a5_packing": ("pad_batch", "run_packed", "last_valid"),
    "a6_stacking": ("final_features", "bilstm_from_two", "stacked_forward"),
    "a7_gradient_flow": ("clip_by_global_norm", "tbptt_backward", "input_grad_norms"),
    "a8_metrics": ("sequence_ce", "evaluate_tokens", "binary_report"),
    "a9_capstone": ("encode_words", "read_words", "script_scores"),
}
NAMES = tuple(name for names in ASSIGNMENTS.values() for name in names)


def assignment_of(name: str) -> str:
    """The assignment that has this exercise. Raises KeyError when none has."""
    for assignment, names in ASSIGNMENTS.items():
        if name in names:
            return assignment
    raise KeyError(name)


def find(name: str) -> Exercise:
    """The exercise of this name. Raises KeyError when there is none."""
    module = import_module(f"exercises.{assignment_of(name)}")
    exercise: Exercise = module.EXERCISES[name]
    return exercise
