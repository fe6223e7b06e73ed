"""Ask, match, go (点单 → 派单 → 接单 → 评单): orders, the sessions that answer them, and the rounds that bring both together."""
