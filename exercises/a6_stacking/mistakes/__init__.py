"""The known mistakes of a6_stacking, by exercise; the exercises take them here."""

from exercises.a6_stacking.mistakes.bilstm_from_two import BILSTM_FROM_TWO
from exercises.a6_stacking.mistakes.final_features import FINAL_FEATURES
from exercises.a6_stacking.mistakes.stacked_forward import STACKED_FORWARD

__all__ = ["BILSTM_FROM_TWO", "FINAL_FEATURES", "STACKED_FORWARD"]
