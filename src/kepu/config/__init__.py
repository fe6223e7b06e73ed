"""Settings, URL roots and the API root; puts the rooms together and decides nothing."""
