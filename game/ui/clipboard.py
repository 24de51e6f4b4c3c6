"""The system's clipboard, for text; where there is none, nothing happens."""

import pygame


def copy_text(text: str) -> bool:
    """Puts a text on the clipboard and returns whether it is there now."""
    try:
        pygame.scrap.put_text(text)
    except (pygame.error, ValueError):
        # A ValueError: characters that no clipboard can hold.
        return False
    return True


def paste_text() -> str:
    """Returns the text on the clipboard; nothing where it holds something else or can't be had."""
    try:
        return pygame.scrap.get_text()
    except (pygame.error, ValueError):
        return ""
