"""What pages share: who may enter, forms and their fields, pagination, labels, charts, files."""
