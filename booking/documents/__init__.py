"""Stored documents: PDFs, pictures and evidence, which never change."""
