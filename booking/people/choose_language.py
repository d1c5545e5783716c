"""Remember the language a member reads."""

from sqlalchemy.orm import Session

from booking.people.models import Member


def choose_language(session: Session, member_id: int, language: str) -> None:
    """Keep it with the account, so that letters and other devices speak it too."""
    session.get_one(Member, member_id).language = language
