"""The headings of a lesson, which the bank and the list of teaching elements name."""


def headings(master) -> set[str]:
    """The headings of a lesson, at every level."""
    lines = (
        line
        for cell in master.read().cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
    )
    return {line.lstrip("#").strip() for line in lines if line.startswith("#")}
