"""What every form is made of: fields, validators, and how one comes back that must be put right."""
