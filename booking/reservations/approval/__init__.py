"""A booking that somebody has to say yes to: asked for, answered, or left unanswered until it is too late."""
