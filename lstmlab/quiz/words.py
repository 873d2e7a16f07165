"""What the items of the quiz and the pages of a review say besides the bank's own words.

Widgets fill them in with `str.format`. The book's pages are handed the same templates, so that both say the same.
"""

CARDS = {
    "left": "{left} of {all} cards left",
    "done": "That was the last card. Turn to start again.",
}
EXPLAIN = {
    "concepts": "A good answer says:",
    "write": "Write your explanation first; a few words will do.",
    "ticked": "{ticked} of {all} concepts ticked. English words were looked for, nothing was understood: untick what "
    "you did not mean, tick what you said in other words. What you tick counts.",
}
SUMMARY = {
    "predictions": "Predictions",
    "questions": "Quiz",
    "answered": "{kind}: {answered} of {asked} answered, {right} right.",
    "again": " Look again at:",
}
INTERVALS = {"minutes": "{n} minutes", "day": "a day", "days": "{n} days"}
REVIEW = {
    "today": "Due today: {due}. Met so far: {met} of {all} cards and questions.",
    "nothing": "Nothing is due today.",
    "done": "Done for today: {answers} answers.",
    "tomorrow": "Come back tomorrow: a few minutes a day do more than an hour a week.",
    "place": "{where} · {kind} · {left} to go",
    "question": "question",
    "card": "card",
    "hint": "Hint: {hint}",
    "knew": "Did you know it? The buttons say when the card comes again.",
    "rated": "{rating}: {interval}",
    "again": "It comes again in {interval}.",
    "forgotten": "It comes again at the end of this session.",
}
# Buttons: what is pressed, its label, what it does.
REVIEW_BUTTONS = {
    "hint": ("hint", "Hint", "Show a hint; a right answer then counts as hard"),
    "turn": ("turn", "Show answer", "Show the back of the card"),
    "next": ("next", "Next", "Go to the next item"),
}
RATINGS = {
    "Again": "I had forgotten it",
    "Hard": "I knew it, with effort",
    "Good": "I knew it",
    "Easy": "I knew it at once",
}
TEST = {
    "place": "Question {number} of {all}",
    "last": "That was the last question. {rest} Go back to change an answer, or hand in.",
    "open": "Open: {numbers}.",
    "complete": "All are answered.",
    "counts": "Your answers count for the review as well.",
    "nothing": "Nothing to read again.",
    "list": "To read again:",
    "link": "Read again:",
}
TEST_BUTTONS = {
    "back": ("back", "Back", "Go to the question before"),
    "skip": ("skip", "Skip", "Leave this question open"),
    "hand in": ("hand in", "Hand in", "See the result"),
}
LEARNING = {
    "before": "Twelve questions about what lessons 1 to 8 teach, about ten minutes. You need not know any of it: skip "
    "what you do not know. Twelve others like them come after lesson 8, and only then it is said which were right. The "
    "result stays on your machine.",
    "after": "The twelve questions that go with those before lesson 1, about ten minutes. Then you see both results.",
    "run": "Run this cell to begin.",
    "first": "You have taken this test. The other half comes at the end of lesson 8; both results are shown then.",
    "no first": "This test goes with the one at the beginning of lesson 1, which you have not taken.",
    "both": "Before: {before} of {all} right. After: {after} of {all} right.",
    "missed": "Not right in the second test:",
    "may": "If your instructor asks for it and you like, hand in the file learning.json beside an assignment. It holds "
    "a random number, when you took each form, and which items were right: no name, no answer.",
    "written": "Written: {path}",
    "failed": "This could not be saved:",
}
LEARNING_BUTTONS = {
    "begin": ("begin", "Begin", "Show the first question"),
    "hand in": ("hand in", "Hand in", "Keep the result"),
    "write": ("write", "Write learning.json", "Write the file beside this notebook"),
}
