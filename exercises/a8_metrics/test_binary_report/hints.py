"""Three hints for test_binary_report: two that ask, and a worked example of a neighbouring test."""

HINTS = (
    "Take a small table in which the four counts are four different numbers. Which mistakes would a table with "
    "two equal counts hide?",
    "Which inputs does the text name besides a pair of vectors: dtypes, dimensions, denominators of zero, "
    "shapes that differ? How does a test say that a ValueError has to come?",
    "A neighbour: a test of a function that must refuse an empty list.\n"
    "    def test_mean(mean):\n"
    "        assert mean([1, 2, 6]) == 3\n"
    "        try:\n"
    "            mean([])\n"
    "        except ValueError:\n"
    "            pass\n"
    "        else:\n"
    "            raise AssertionError('an empty list was accepted')\n"
    "What would happen in the last lines if the function raised another exception?",
)
