"""The report as a PDF: words and figures are put into blocks here, `report.typ` says how each kind of block looks."""
