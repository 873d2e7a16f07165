"""The known mistakes of a5_packing, by exercise; the exercises take them here."""

from exercises.a5_packing.mistakes.last_valid import LAST_VALID
from exercises.a5_packing.mistakes.pad_batch import PAD_BATCH
from exercises.a5_packing.mistakes.run_packed import RUN_PACKED

__all__ = ["LAST_VALID", "PAD_BATCH", "RUN_PACKED"]
