"""Extended hours 延时开放: dated exceptions of the opening rules, granted and taken back."""
