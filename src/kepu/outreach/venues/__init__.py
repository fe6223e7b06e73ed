"""Museums, science centres, bases, rooms, galleries and vans: where the programme meets people."""
