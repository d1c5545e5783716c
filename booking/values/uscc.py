"""The unified social credit code (统一社会信用代码), GB 32100-2015."""

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError


def normal_uscc(code: str) -> str:
    """Give the code as on the licence; ValueError where length, characters or check digit are wrong."""
    try:
        return str(uscc.validate(code))
    except ValidationError as error:
        raise ValueError(code) from error
