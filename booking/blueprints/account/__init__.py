"""One's own: everything else there is here, language and theme, the inbox, reminders, calendar feeds."""
