"""Load the example city and its story; a second time changes nothing."""

from kepu.demo.services.city import Loaded, load_city
from kepu.demo.services.matters import load_matters
from kepu.demo.services.story import StoryLoaded, load_story
from kepu.demo.services.supervision import load_supervision

__all__ = ["Loaded", "StoryLoaded", "load_city", "load_matters", "load_story", "load_supervision"]
