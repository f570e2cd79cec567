"""The demo agency's clients, each a story that people of the trade know."""

from clienthealth.demo.stories.beside import BESIDE
from clienthealth.demo.stories.steady import STEADY
from clienthealth.demo.stories.strained import STRAINED
from clienthealth.demo.story import Story

STORIES: tuple[Story, ...] = (*STEADY, *STRAINED, *BESIDE)
