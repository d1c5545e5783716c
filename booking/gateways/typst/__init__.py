"""The Typst compiler behind the ports that print: invoices, credit notes, savings reports, labels."""
