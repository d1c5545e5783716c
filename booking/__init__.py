"""The shared service space of a business park: book, use, pay by actual use, see the saving."""

__version__ = "0.2.0"  # of the whole product; said nowhere else
