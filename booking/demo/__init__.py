"""The demo park: a year of invented use, made by the product's own verbs."""
