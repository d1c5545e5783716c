"""What pages share: fields, the pager, and how a form comes back that must be put right."""
