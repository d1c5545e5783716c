"""Money received: transfers, what came online, and whether our books and the provider's agree."""
