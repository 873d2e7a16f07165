"""Essays at speed: all answers to one question, its rubric, and marks that several assistants give side by side.

`commands.essays` and the desk call `board.open_board` to look and `marking` to change something.
"""
