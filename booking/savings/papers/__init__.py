"""The report on paper and as a workbook: what it says, and how it is written."""
