"""The language of what is written down."""

from django.conf import settings
from django.utils import translation


def city_words() -> translation.override:
    """What is written down, or told to others, is in the city's language, whoever reads the page in another one.

    Examples:
        >>> from django.utils.translation import get_language
        >>> with translation.override("en"), city_words():
        ...     get_language()
        'zh-hans'
    """
    return translation.override(settings.LANGUAGE_CODE)
