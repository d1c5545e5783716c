"""The shared service space of a business park: book, use, pay by actual use, see the saving."""
